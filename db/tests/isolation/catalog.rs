//! T16: every view and every function of the catalog, called as A.

use sqlx::{AssertSqlSafe, Row};

use crate::support::World;
use crate::support::attack::{Attack, rows_of, tables};

#[tokio::test]
async fn t16_every_view_shows_one_tenant() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let views: Vec<(String, bool)> = sqlx::query_as(
        "select c.oid::regclass::text, has_table_privilege('sadu_tenant', c.oid, 'select') from pg_class c
          where c.relkind in ('v', 'm') and c.relnamespace in ('app'::regnamespace, 'plat'::regnamespace, 'public'::regnamespace)",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    assert!(!views.is_empty());
    let mut attack = Attack::on(&world.database, world.a.tenant).await;
    for (view, reached) in views {
        let all: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "select count(distinct tenant_id) from {view}"
        )))
        .fetch_one(&mut behind)
        .await
        .unwrap();
        assert_eq!(all, 2, "{view} has rows of both");
        if reached {
            let seen = attack
                .texts(format!("select distinct tenant_id::text from {view}"))
                .await;
            assert_eq!(seen, [world.a.tenant.to_string()], "{view}");
        } else {
            let refusal = attack
                .value(format!("select count(*) from {view}"))
                .await
                .unwrap_err();
            assert_eq!(refusal.code, "42501", "{view}");
        }
    }
}

#[tokio::test]
async fn t16_every_function_stays_with_its_caller() {
    let world = World::new().await;
    let mut behind = world.behind().await;
    let functions = sqlx::query(
        "select p.proname::text as name, p.oid::regprocedure::text as signature, has_function_privilege('sadu_tenant', p.oid, 'execute') as open
           from pg_proc p where p.pronamespace in ('app'::regnamespace, 'plat'::regnamespace, 'public'::regnamespace)",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let tables = tables(&mut behind).await;
    let mut before = Vec::new();
    for table in &tables {
        before.push(rows_of(&mut behind, table, world.b.tenant).await);
    }
    let (a, b) = (world.a.tenant, world.b.tenant);
    let mut attack = Attack::on(&world.database, a).await;
    let mut called = 0;
    for function in functions {
        let (name, signature): (String, String) = (function.get("name"), function.get("signature"));
        if !function.get::<bool, _>("open") {
            continue;
        }
        called += 1;
        match name.as_str() {
            "tenant" => assert_eq!(
                attack.texts("select app.tenant()::text").await,
                [a.to_string()]
            ),
            "place_orders" => {
                // As B, whose counter row this transaction does not see.
                let refusal = attack.run(place_as(&b.to_string())).await.unwrap_err();
                assert_eq!(
                    (refusal.code.as_str(), refusal.message.as_str()),
                    ("42501", "tenant has no counters")
                );
            }
            // Who answers on a name is public; nothing but id, slug and status comes out.
            "resolve_host" => {
                let answer = attack
                    .texts("select row_to_json(r)::text from plat.resolve_host('bravo', null) r")
                    .await;
                assert_eq!(
                    answer,
                    [format!(
                        "{{\"tenant_id\":\"{b}\",\"slug\":\"bravo\",\"status\":\"active\"}}"
                    )]
                );
                let by_domain = attack
                    .texts("select slug from plat.resolve_host(null, 'bravo.example')")
                    .await;
                assert_eq!(by_domain, ["bravo"]);
                let none = attack
                    .texts("select slug from plat.resolve_host(null, null)")
                    .await;
                assert_eq!(none, Vec::<String>::new());
            }
            // The heads of streams, for ids that are known already: two numbers a tenant, no list of tenants.
            "high_water" => {
                let columns = attack.texts(format!("select jsonb_object_keys(to_jsonb(h)) from plat.high_water(array['{b}']::uuid[]) h order by 1")).await;
                assert_eq!(columns, ["config_version", "seq", "tenant_id"]);
                let unasked = attack
                    .texts("select tenant_id::text from plat.high_water('{}')")
                    .await;
                assert_eq!(unasked, Vec::<String>::new());
                let null = attack
                    .texts("select tenant_id::text from plat.high_water(null)")
                    .await;
                assert_eq!(null, Vec::<String>::new());
            }
            // Names: one's own alone. Whether a name is free is public, whose it is otherwise is not told.
            "domain_states" => {
                let own = attack.texts("select host from plat.domain_states()").await;
                assert_eq!(own, ["alpha.example"]);
            }
            "domain_available" => {
                for (host, free) in [
                    ("bravo.example", false),
                    ("alpha.example", true),
                    ("nobodys.example", true),
                ] {
                    let sql = format!("select plat.domain_available('{host}')::int::bigint");
                    assert_eq!(attack.value(sql).await, Ok(i64::from(free)), "{host}");
                }
            }
            // A name that is B's stays B's, whatever A claims and shows; B's own claim is no claim of A's.
            "activate_domain" => {
                attack
                    .run(format!("insert into app.domain_claims (tenant_id, host, token) values ('{a}', 'bravo.example', repeat('x', 32))"))
                    .await
                    .unwrap();
                for (host, seen, answer) in [
                    ("bravo.example", "", "unproven"),
                    (
                        "bravo.example",
                        "sadu-verify=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                        "taken",
                    ),
                    (
                        "claimed-by-bravo.example",
                        "sadu-verify=marker-of-bravo-marker-of-bravo-marker",
                        "no_claim",
                    ),
                ] {
                    let said = attack
                        .texts(format!(
                            "select plat.activate_domain('{host}', array['{seen}'])"
                        ))
                        .await;
                    assert_eq!(said, [answer], "{host}");
                }
            }
            "release_domain" => {
                let sql = "select plat.release_domain('bravo.example')::int::bigint";
                assert_eq!(attack.value(sql).await, Ok(0));
                assert_eq!(
                    attack
                        .texts("select slug from plat.resolve_host(null, 'bravo.example')")
                        .await,
                    ["bravo"]
                );
            }
            "export_tables" => {
                let names = attack.texts("select app.export_tables()").await;
                assert!(names.contains(&"orders".to_owned()), "{names:?}");
            }
            // Every table that an archive has, and nobody else's row in any.
            "export_rows" => {
                let seen = attack
                    .texts(
                        "select distinct coalesce(r->>'tenant_id', r->>'id')
                           from app.export_tables() as n, lateral app.export_rows(n, null, 100) as r",
                    )
                    .await;
                assert_eq!(seen, [a.to_string()]);
            }
            // The limits of its own plan, and of no other.
            "plan_of" => {
                let own =
                    "select p.id from plat.plan_of() p join app.tenants t on t.plan_id = p.id";
                assert_eq!(attack.texts(own).await.len(), 1);
                assert_eq!(
                    attack.value("select count(*) from plat.plan_of()").await,
                    Ok(1)
                );
            }
            // What it uses itself; of a neighbour it counts nothing, whatever id it asks for.
            "plan_use" => {
                let sum =
                    |of| format!("select items + staff + storage_bytes from app.plan_use('{of}')");
                assert!(attack.value(sum(a)).await.unwrap() > 0);
                assert_eq!(attack.value(sum(b)).await, Ok(0));
            }
            "schema_version" => {
                let version = attack.value("select plat.schema_version()").await.unwrap();
                assert_eq!(version, sadu_db_latest());
            }
            // Reads nothing: whether a value that it is given names a key that it is given.
            "uses_key" => {
                let key = "0192f3a4-0000-7000-8000-000000000001";
                let named = format!("'\\x02{}ff'", key.replace('-', ""));
                for (sealed, used) in [
                    (named.as_str(), "true"),
                    ("'\\x0300'", "false"),
                    ("'\\x01'", "true"),
                    ("null", "false"),
                ] {
                    let answer = attack
                        .texts(format!("select app.uses_key({sealed}, '{key}')::text"))
                        .await;
                    assert_eq!(answer, [used], "{sealed}");
                }
            }
            "audit_append" => {
                let own = attack
                    .value("select count(*) from app.audit_logs")
                    .await
                    .unwrap();
                let entry = format!(
                    "[{{\"tenant_id\":\"{b}\",\"actor_id\":\"u\",\"actor_role\":\"staff\",\"action\":\"a.b\",\"object_type\":\"x\"}}]"
                );
                attack
                    .run(format!("select plat.audit_append('{entry}')"))
                    .await
                    .unwrap();
                assert_eq!(
                    attack.value("select count(*) from app.audit_logs").await,
                    Ok(own + 1)
                );
            }
            _ => panic!("{signature} is within reach of a tenant and has no case here"),
        }
    }
    assert!(called >= 7, "{called}");
    attack.commit().await;
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(
            rows_of(&mut behind, table, b).await,
            before,
            "{}",
            table.name
        );
    }
    // Outside every tenant, what writes refuses.
    let mut nobody = Attack::with(
        &world.database,
        "select set_config('role', 'sadu_tenant', true)",
    )
    .await;
    for write in [
        "select plat.activate_domain('nobodys.example', '{}')",
        "select plat.audit_append('[{\"actor_id\":\"u\",\"actor_role\":\"r\",\"action\":\"a.b\"}]')",
    ] {
        let refusal = nobody.run(write).await.unwrap_err();
        assert!(
            ["23502", "42501"].contains(&refusal.code.as_str()),
            "{write}: {refusal:?}"
        );
    }
}

fn sadu_db_latest() -> i64 {
    sadu_db::latest_version()
}

/// A call of the batched write in the name of this tenant, with one order.
fn place_as(tenant: &str) -> String {
    format!(
        "select app.place_orders('{tenant}', now(), array[gen_random_uuid()], array['donation'], array['pending'], array['R'],
           array['[]'::jsonb], array[1::bigint], array[gen_random_uuid()], array['x'::bytea], array['x'::bytea], array[null::bytea],
           array[sha256('x')], array[false], array[false], array['transfer'], array['ar'], array[null::text], array[null::jsonb],
           array[null::jsonb], array[null::timestamptz], array[now()], array['guest'], array['POST /orders'], array['k'], array[sha256('x')], array['{{}}'],
           array['{{}}'::jsonb], '{{}}', '{{}}', '{{}}', '{{}}')"
    )
}
