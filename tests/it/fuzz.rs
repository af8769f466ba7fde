//! The OpenAPI document, held against a running node by strangers: schemathesis makes requests of every kind that the document
//! allows and of many that it does not, as a guest, as staff and as an administrator. No answer may be a server error, and every
//! answer must be one that the document tells of: status, content type, shape.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use sadu_db::testing::tally;
use serde_json::Value;

use crate::places::Place;
use crate::testapp::{TestApp, scale};
use crate::tools::python_command;

/// What schemathesis looks at in every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance";

/// A folder of the test's own; gone with it.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Self {
        let name = format!("sadu-it-{}", uuid::Uuid::new_v4().simple());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Fuzzes everything once as somebody; answers how many requests were made.
async fn fuzz(app: &TestApp, label: &str, who: &str, token: Option<&str>) -> u64 {
    let folder = Folder::make();
    let report = folder.0.join("report.ndjson");
    let port = app.node.port;
    let mut command = python_command("schemathesis");
    command
        .current_dir(&folder.0)
        .arg("run")
        .arg(format!("http://127.0.0.1:{port}/api/v1/openapi.json"))
        .args(["--url", &format!("http://127.0.0.1:{port}")])
        .args(["--header", &format!("Host: {label}.localhost:{port}")])
        .args(["--checks", CHECKS])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", &scale(200, 6).to_string()])
        // One: Python 3.11 to 3.12 lose count of the depth of syntax trees that two threads make at once (gh-106905).
        .args(["--workers", "1", "--no-color", "--continue-on-failure"])
        .args(["--request-timeout", "60", "--suppress-health-check", "all"])
        .args([
            "--generation-database",
            "none",
            "--no-shrink",
            "--warnings",
            "off",
        ])
        // The feed has no end; `t39` and the tests of the feed look at it.
        .args(["--exclude-path", "/api/v1/live"])
        .args(["--report", "ndjson", "--report-ndjson-path"])
        .arg(&report)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // The gate asks the same on every day; the soak asks something else each time, and prints its seed when it finds something.
    if scale(0, 1) == 1 {
        command.args(["--seed", "1"]);
    }
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let ran: Output = ran.unwrap().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "as {who}:\n{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    requests(&std::fs::read_to_string(report).unwrap())
}

/// Requests told of in a report: every interaction that was recorded.
fn requests(report: &str) -> u64 {
    report
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|event| count(&event))
        .sum()
}

fn count(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match (name.as_str(), value) {
                ("interactions", Value::Object(made)) => made.len() as u64,
                ("interactions", Value::Array(made)) => made.len() as u64,
                _ => count(value),
            })
            .sum(),
        Value::Array(values) => values.iter().map(count).sum(),
        _ => 0,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_one_that_the_contract_tells_of() {
    let app = TestApp::spawn().await;
    // Something to find.
    Place::furnish(&app, "nakhla").await;
    app.appoint("root@platform").await;
    let root = app.token("root@platform").await;
    let staff = app.token("staff@nakhla").await;
    let admin = app.token("admin@nakhla").await;
    let mut all = 0;
    for (label, who, token) in [
        ("nakhla", "guest", None),
        ("nakhla", "staff", Some(&staff)),
        ("nakhla", "administrator", Some(&admin)),
        ("platform", "guest of the platform", None),
        ("platform", "its administrator", Some(&root)),
    ] {
        let made = fuzz(&app, label, who, token.map(String::as_str)).await;
        println!("schemathesis as {who}: {made} requests");
        assert!(made > 0, "nothing was asked as {who}");
        all += made;
    }
    println!("schemathesis: {all} requests, no server error, every answer as the contract says");
    tally("fuzzed requests", all as usize);
    app.books().await;
    app.stop().await;
}
