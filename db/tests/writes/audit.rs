//! The audit chain: whole after honest work, broken after any other.

use futures::StreamExt;
use sadu_db::{Actor, AuditEntry, Fault};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::support::attack::Attack;
use crate::support::{Seeded, World, rows, scale};

/// Entries and the first number that is wrong, from behind.
async fn verify(conn: &mut PgConnection, of: &Seeded) -> (i64, Option<i64>) {
    let sql = format!(
        "select entries, first_bad from app.audit_verify where tenant_id = '{}'",
        of.tenant
    );
    sqlx::query_as(AssertSqlSafe(sql))
        .fetch_one(conn)
        .await
        .unwrap()
}

/// Entries of every shape.
async fn write(world: &World, of: &Seeded, entries: usize) {
    let writers = world.db.writers();
    for n in 0..entries {
        let mut tx = world.write(&writers, of).await;
        tx.audit(AuditEntry {
            actor: Actor {
                id: format!("u-{n}"),
                role: "tenant_admin".into(),
                via: (n % 2 == 0).then(|| "platform:7".into()),
                ip: (n % 3 == 0).then(|| if n % 2 == 0 { "2001:db8::1" } else { "198.51.100.9" }.parse().unwrap()),
                user_agent: (n % 2 == 1).then(|| "متصفح \"x\"".into()),
                request_id: None,
            },
            action: "item.edit",
            object_type: "item",
            object_id: (n % 4 != 0).then(|| n.to_string()),
            diff: serde_json::json!({ "n": n, "x": 0.10, "t": "مَاء", "deep": { "b": 1, "a": [null, true] } }),
        });
        // Several in one transaction.
        tx.audit(rows::audit("second"));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn honest_work_verifies() {
    let world = World::new().await;
    write(&world, &world.a, 8).await;
    let mut behind = world.behind().await;
    assert_eq!(verify(&mut behind, &world.a).await, (17, None));
    assert_eq!(verify(&mut behind, &world.b).await, (1, None));
    // A session in another time zone and another style reads the same chain.
    behind.execute("set timezone = 'Asia/Kuwait'; set datestyle = 'German'; set extra_float_digits = 0; set bytea_output = 'escape'").await.unwrap();
    assert_eq!(verify(&mut behind, &world.a).await, (17, None));
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    assert_eq!(
        attack.value("select entries from app.audit_verify").await,
        Ok(17)
    );
}

#[tokio::test]
async fn a_chain_stays_whole_under_many_writers() {
    let world = World::new().await;
    world.patient().await;
    let each = scale(200);
    let world_ = &world;
    futures::stream::iter(0..4)
        .for_each_concurrent(4, |_| async move { write(world_, &world_.a, each).await })
        .await;
    let mut behind = world.behind().await;
    let expected = 1 + 4 * each as i64 * 2;
    assert_eq!(verify(&mut behind, &world.a).await, (expected, None));
}

#[tokio::test]
async fn an_entry_without_an_actor_stops_the_transaction() {
    let world = World::new().await;
    let writers = world.db.writers();
    for bend in [
        |e: &mut AuditEntry| e.actor.id.clear(),
        |e: &mut AuditEntry| e.actor.role.clear(),
        |e: &mut AuditEntry| e.action = "",
    ] {
        let mut entry = rows::audit("x");
        bend(&mut entry);
        let mut tx = world.write(&writers, &world.a).await;
        tx.audit(entry);
        assert_eq!(tx.commit().await.unwrap_err().fault(), Fault::Defect);
    }
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for entries in ["[]", "{}", "null", "[{}]", "[1]"] {
        let refusal = attack
            .run(format!("select plat.audit_append('{entries}')"))
            .await
            .unwrap_err();
        assert_eq!(refusal.code, "42501", "{entries}");
    }
    for write in [
        "insert into app.audit_logs select * from app.audit_logs",
        "update app.audit_logs set action = 'x'",
        "delete from app.audit_logs",
        "update app.audit_heads set seq = 0",
        "delete from app.audit_heads",
    ] {
        assert_eq!(
            attack.run(write).await.unwrap_err().code,
            "42501",
            "{write}"
        );
    }
}

#[tokio::test]
async fn a_superuser_who_disables_the_triggers_is_still_found_out() {
    let world = World::new().await;
    write(&world, &world.a, 8).await;
    let mut behind = world.behind().await;
    let of = format!("tenant_id = '{}'", world.a.tenant);
    let update =
        |set: &str, seq: i64| format!("update app.audit_logs set {set} where {of} and seq = {seq}");
    let cases = [
        (update("at = at + interval '1 microsecond'", 5), 5),
        (update("actor_id = 'somebody'", 5), 5),
        (update("actor_role = 'staff2'", 5), 5),
        (update("via = coalesce(via, '') || 'x'", 5), 5),
        (update("ip = '203.0.113.5'", 5), 5),
        (update("user_agent = 'other'", 5), 5),
        (update("request_id = 'r'", 5), 5),
        (update("action = 'item.view'", 5), 5),
        (update("object_type = 'other'", 5), 5),
        (update("object_id = 'other'", 5), 5),
        (update("diff = diff || '{\"n\": 99}'", 5), 5),
        (update("hash = sha256('x')", 5), 5),
        (update("prev_hash = sha256('x')", 5), 5),
        (update("tenant_id = '00000000-0000-7000-8000-000000000000'", 5), 6),
        // Deletions: in the middle, the first, the last, the last three, all.
        (format!("delete from app.audit_logs where {of} and seq = 9"), 10),
        (format!("delete from app.audit_logs where {of} and seq = 1"), 2),
        (format!("delete from app.audit_logs where {of} and seq = 17"), 17),
        (format!("delete from app.audit_logs where {of} and seq > 14"), 15),
        (format!("delete from app.audit_logs where {of}"), 1),
        // Two entries change places.
        (
            format!(
                "update app.audit_logs set seq = -7 where {of} and seq = 7; update app.audit_logs set seq = 7 where {of} and seq = 8;
                 update app.audit_logs set seq = 8 where {of} and seq = -7"
            ),
            7,
        ),
        // An entry slipped in at the end, with a hash of its own making.
        (
            format!("insert into app.audit_logs select tenant_id, 18, at, actor_id, actor_role, via, ip, user_agent, request_id, action, object_type, object_id, diff, hash, sha256('x') from app.audit_logs where {of} and seq = 17"),
            18,
        ),
        // The last entry rewritten with its hash worked out anew: the head tells.
        (
            format!(
                "{}; update app.audit_logs set hash = sha256(prev_hash || convert_to(jsonb_build_array(tenant_id, seq, extract(epoch from at)::text,
                   actor_id, actor_role, via, ip, user_agent, request_id, action, object_type, object_id, diff)::text, 'UTF8')) where {of} and seq = 17",
                update("action = 'item.view'", 17)
            ),
            18,
        ),
        // The head set to another number.
        (format!("update app.audit_heads set seq = 19 where {of}"), 18),
        // Deleted, and the gap closed by renumbering.
        (
            format!("delete from app.audit_logs where {of} and seq = 9; update app.audit_logs set seq = seq - 100 where {of} and seq > 9; update app.audit_logs set seq = seq + 99 where {of} and seq < 0"),
            9,
        ),
    ];
    for (tampering, first_bad) in cases {
        behind
            .execute("begin; alter table app.audit_logs disable trigger user")
            .await
            .unwrap();
        behind
            .execute(sqlx::raw_sql(AssertSqlSafe(tampering.clone())))
            .await
            .unwrap();
        let (_, found) = verify(&mut behind, &world.a).await;
        assert_eq!(found, Some(first_bad), "{tampering}");
        assert_eq!(
            verify(&mut behind, &world.b).await,
            (1, None),
            "{tampering}"
        );
        behind.execute("rollback").await.unwrap();
    }
    assert_eq!(verify(&mut behind, &world.a).await, (17, None));
}
