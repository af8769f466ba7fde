//! Reading the audit log: lists and their filters, the export that an outsider can check, and the page.

use std::process::Command;

use serde_json::{Value, json};
use sqlx::Executor;

use crate::client::{Client, gift, key, transfer};
use crate::testapp::TestApp;

/// Places an order and confirms its transfer; answers with the order's id.
async fn paid(visitor: &Client, staff: &Client, bank_reference: &str) -> String {
    let order = visitor.order(&key(), &gift("school", 5_000)).await;
    let id = order.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
    let answer = staff
        .post(&path, &key(), &transfer(5_000, bank_reference))
        .await;
    answer.expect(200);
    id
}

fn seqs(page: &Value) -> Vec<i64> {
    let data = page["data"].as_array().unwrap();
    data.iter().map(|e| e["seq"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn an_administrator_reads_and_filters_the_log() {
    let app = TestApp::spawn().await;
    let (visitor, staff, admin) = (
        app.visitor("nakhla"),
        app.staff("nakhla").await,
        app.admin("nakhla").await,
    );
    let first = paid(&visitor, &staff, "A-1").await;
    for n in 2..=5 {
        paid(&visitor, &admin, &format!("A-{n}")).await;
    }
    let me = staff.json("/api/v1/me").await;
    let my_id = me["id"].as_str().or(me["user_id"].as_str()).unwrap();
    let all = admin.json("/api/v1/admin/audit?limit=100").await;
    let numbers = seqs(&all);
    assert!(numbers.len() >= 5 && numbers.windows(2).all(|w| w[0] == w[1] + 1));
    assert_eq!(*numbers.last().unwrap(), 1);

    // By person, by action, by thing, by day.
    let mine = admin
        .json(&format!("/api/v1/admin/audit?actor={my_id}"))
        .await;
    let entry = &mine["data"][0];
    assert_eq!(entry["action"], "order.confirm_transfer");
    assert_eq!(entry["actor"]["role"], "staff");
    assert_eq!(entry["actor"]["name"], me["name"]);
    assert_eq!(entry["ip"], "127.0.0.1");
    assert_eq!(
        entry["object"],
        json!({ "type": "order", "id": first.clone() })
    );
    assert_eq!(entry["diff"]["after"]["status"], "paid");
    let confirmed = admin
        .json("/api/v1/admin/audit?action=order.confirm_transfer&object=order")
        .await;
    assert_eq!(seqs(&confirmed).len(), 5);
    let one = admin
        .json(&format!("/api/v1/admin/audit?object=order:{first}"))
        .await;
    assert_eq!(seqs(&one).len(), 1);
    let long_ago = admin.json("/api/v1/admin/audit?to=2020-01-01").await;
    assert_eq!(long_ago, json!({ "data": [], "next_cursor": null }));
    let since = admin.json("/api/v1/admin/audit?from=2020-01-01").await;
    assert_eq!(seqs(&since).len(), numbers.len().min(20));
    let bad = admin
        .get("/api/v1/admin/audit?from=yesterday&to=2026-13-01")
        .await;
    assert_eq!(bad.problem(), (422, "request.invalid".into()));
    let fields: Vec<_> = bad.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].clone())
        .collect();
    assert_eq!(fields, ["from", "to"]);

    // Page by page it is the same list; a cursor of another filter or of another tenant is none.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin
            .json(&format!("/api/v1/admin/audit?limit=2{cursor}"))
            .await;
        paged.extend(seqs(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, numbers);
    let foreign = app.admin("sidra").await;
    for answer in [
        admin
            .get(&format!(
                "/api/v1/admin/audit?action=order.confirm_transfer{cursor}"
            ))
            .await,
        foreign
            .get(&format!("/api/v1/admin/audit?limit=2{cursor}"))
            .await,
        admin.get("/api/v1/admin/audit?cursor=4.0000").await,
    ] {
        assert_eq!(answer.problem(), (422, "cursor.invalid".into()));
    }
    let theirs = foreign.json("/api/v1/admin/audit?limit=100").await;
    assert!(!theirs.to_string().contains(&first));

    // Who may not.
    for path in [
        "/api/v1/admin/audit",
        "/api/v1/admin/audit/verify",
        "/api/v1/admin/audit/export",
    ] {
        assert_eq!(visitor.get(path).await.status, 401, "{path}");
        assert_eq!(
            staff.get(path).await.problem(),
            (403, "auth.forbidden".into()),
            "{path}"
        );
    }
    app.stop().await;
}

/// Runs the outsider's script on an export.
fn outsider(files: &[(&str, &str)]) -> (bool, String) {
    let folder = std::env::temp_dir().join(format!("sadu-audit-{}", key()));
    std::fs::create_dir_all(&folder).unwrap();
    let paths: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify-audit");
    let out = Command::new("python3")
        .arg(script)
        .args(&paths)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8_lossy(if out.status.success() {
        &out.stdout
    } else {
        &out.stderr
    })
    .into_owned();
    (out.status.success(), said)
}

#[actix_web::test]
async fn an_export_can_be_checked_by_an_outsider() {
    let app = TestApp::spawn().await;
    let (visitor, admin) = (app.visitor("nakhla"), app.admin("nakhla").await);
    for n in 0..3 {
        // What a spreadsheet would run, had it not been made harmless.
        paid(&visitor, &admin, &format!("=CMD|' /C calc'!A{n}")).await;
    }
    let agent = "@SUM(1+1)*cmd|' /C calc'!A0";
    let request = admin
        .request("GET", "/api/v1/admin/audit/export?format=jsonl")
        .header("user-agent", agent);
    let log = crate::client::send(request).await.unwrap();
    assert_eq!(log.status, 200, "{}", log.body);
    assert_eq!(log.header("content-type"), "application/jsonl");
    assert!(
        log.header("content-disposition")
            .starts_with("attachment; filename=\"audit-nakhla-")
    );
    assert_eq!(log.header("cache-control"), "no-store");
    let verification = admin
        .get("/api/v1/admin/audit/export?format=verification")
        .await;
    verification.expect(200);
    let lines: Vec<&str> = log.body.lines().collect();
    assert!(lines.len() >= 4);
    let last: Value = serde_json::from_str(lines[lines.len() - 1]).unwrap();
    assert_eq!(last["action"], "audit.export");
    assert_eq!(last["diff"]["format"], "jsonl");
    assert_eq!(last["user_agent"], agent);

    let file = ("log.jsonl", log.body.as_str());
    let proof = ("log.verification.json", verification.body.as_str());
    let (whole, said) = outsider(&[file, proof]);
    assert!(whole, "{said}");
    assert!(
        said.starts_with(&format!("whole: {} entries", lines.len())),
        "{said}"
    );
    // Every way to bend the file is seen.
    let swapped = {
        let mut lines = lines.clone();
        lines.swap(1, 2);
        lines.join("\n")
    };
    let without = [&lines[..1], &lines[2..]].concat().join("\n");
    let bent = log.body.replacen("tenant_admin", "staff", 1);
    for (what, text) in [("swapped", swapped), ("cut out", without), ("bent", bent)] {
        let (whole, said) = outsider(&[("log.jsonl", &text)]);
        assert!(!whole, "{what}: {said}");
    }

    let csv = admin.get("/api/v1/admin/audit/export?format=csv").await;
    assert_eq!(csv.status, 200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv
        .body
        .strip_prefix('\u{feff}')
        .expect("a byte-order mark");
    assert!(text.starts_with("\"seq\",\"at\",\"actor_id\""));
    assert_eq!(text.matches("\r\n").count(), lines.len() + 3);
    assert!(text.contains("\"'@SUM(1+1)"), "{text}");
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        for value in line.trim_matches('"').split("\",\"") {
            let first = value.chars().next().unwrap_or('x');
            assert!(!"=+-@\t".contains(first), "{line}");
        }
    }
    let wrong = admin.get("/api/v1/admin/audit/export?format=pdf").await;
    assert_eq!(wrong.problem(), (422, "request.invalid".into()));
    app.stop().await;
}

#[actix_web::test]
async fn an_export_needs_a_fresh_proof_and_is_an_entry() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let ask = async |path: &str| {
        let answer = browser.request("GET", "nakhla", path).send().await.unwrap();
        let location = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location)
    };
    let mut behind = app.behind().await;
    let exports = "select count(*) from app.audit_logs where action = 'audit.export'";
    assert_eq!(ask("/api/v1/admin/audit/export").await.0, 200);
    assert_eq!(ask("/admin/audit/export?format=csv").await.0, 200);
    let count: i64 = sqlx::query_scalar(exports)
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert_eq!(count, 2);

    // Sixteen minutes later the proof is stale.
    behind
        .execute("update app.sessions set auth_time = now() - interval '16 minutes'")
        .await
        .unwrap();
    let stale = async {
        while ask("/api/v1/admin/audit/export").await.0 == 200 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), stale)
        .await
        .expect("the session is looked at again");
    let program = browser
        .request("GET", "nakhla", "/api/v1/admin/audit/export")
        .send()
        .await
        .unwrap();
    assert_eq!(program.status(), 403);
    let problem: Value = program.json().await.unwrap();
    assert_eq!(problem["code"], "auth.step_up_required");
    assert_eq!(
        ask("/admin/audit/export?format=csv").await,
        (
            303,
            Some("/auth/login?again=1&return_to=%2Fadmin%2Faudit".into())
        )
    );
    // Reading needs none.
    assert_eq!(ask("/api/v1/admin/audit").await.0, 200);
    assert_eq!(ask("/admin/audit").await.0, 200);
    app.stop().await;
}

#[actix_web::test]
async fn the_page_says_what_happened_and_whether_the_log_is_whole() {
    let app = TestApp::spawn().await;
    let (visitor, admin) = (app.visitor("nakhla"), app.admin("nakhla").await);
    paid(&visitor, &admin, "P-1").await;
    let draft = json!({ "kind": "project", "title": { "ar": "بئر عميقة.", "en": "A deep well." }, "target": 900_000 });
    let draft = admin.post("/api/v1/admin/items", &key(), &draft).await;
    let draft = draft.expect(201)["id"].as_str().unwrap().to_owned();
    let state = admin.json("/api/v1/admin/audit/verify").await;
    assert_eq!(state["whole"], true);
    assert_eq!(state["first_bad"], Value::Null);
    assert_eq!(state["head"]["seq"], state["entries"]);

    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let page = async |path: &str| {
        let answer = browser.request("GET", "nakhla", path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, html) = page("/admin/audit?lang=en").await;
    assert_eq!(status, 200);
    for words in [
        "The log is whole",
        "Confirmed a transfer",
        "Waiting for transfer",
        "Paid",
        "KWD 5.000",
        "127.0.0.1",
        "Signed in",
        "Made a draft",
        "Target</dt>",
        "KWD 900.000",
        "<bdi lang=\"ar\">بئر عميقة.</bdi> · <bdi lang=\"en\">A deep well.</bdi>",
        &format!("<a href=\"/admin/items/{draft}\">Item <bdi>A deep well.</bdi></a>"),
        "value=\"item.publish\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let (text, _) = html.split_once("<details class=\"trail-more\"").unwrap();
    assert!(!text.contains(">item."), "an action on the wire");
    let (_, html) = page("/admin/audit?lang=ar").await;
    for words in ["السجل سليم", "تأكيد وصول تحويل", "dir=\"rtl\""] {
        assert!(html.contains(words), "{words}");
    }
    let (_, html) = page("/admin/audit?lang=en&action=audit.export").await;
    assert!(html.contains("Nothing matches this filter"));
    let (status, html) = page("/admin/audit?lang=en&from=yesterday").await;
    assert_eq!(status, 422);
    assert!(html.contains("Write a day like"));
    let mut staff = app.browser();
    staff.sign_in("nakhla", "staff@nakhla").await;
    let answer = staff
        .request("GET", "nakhla", "/admin/audit")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    let html = staff
        .request("GET", "nakhla", "/admin/inbox")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!html.contains("/admin/audit"));

    // Somebody with the database's own password changes an entry.
    let mut behind = app.behind().await;
    let edit = format!(
        "alter table app.audit_logs disable trigger user;
         update app.audit_logs set diff = diff || '{{\"amount\": 1}}' where action = 'order.confirm_transfer' and tenant_id = '{}';
         alter table app.audit_logs enable trigger user",
        app.a.id
    );
    behind
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(edit)))
        .await
        .unwrap();
    let state = admin.json("/api/v1/admin/audit/verify").await;
    assert_eq!(state["whole"], false);
    let bad = state["first_bad"].as_i64().unwrap();
    let (_, html) = page("/admin/audit?lang=en").await;
    assert!(html.contains(&format!("The log is not whole from entry {bad}")));
    app.stop().await;
}
