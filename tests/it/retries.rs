//! R3: many callers with one key, at one process and at two: one effect, one body.

use std::collections::HashMap;

use futures::StreamExt;

use crate::client::{Client, gift, key};
use crate::ledger;
use crate::node::{End, Options};
use crate::testapp::{TestApp, scale};

/// Callers with one key at the same time.
const CALLERS: usize = 64;

/// Every caller of every key, some at a time, spread over the processes; the bodies by key.
async fn everyone(clients: &[Client], keys: &[String], callers: usize) -> HashMap<String, String> {
    let calls = keys.iter().flat_map(|key| {
        (0..callers).map(move |n| {
            let client = clients[n % clients.len()].clone();
            async move {
                loop {
                    let answer = client
                        .try_post("/api/v1/orders", key, &gift("general", 1_000))
                        .await;
                    match answer {
                        Ok(answer) if answer.status == 201 => {
                            return (
                                key.clone(),
                                answer.body,
                                answer.headers.contains_key("idempotent-replayed"),
                            );
                        }
                        // It is told to come back, and does.
                        Ok(answer) if matches!(answer.status, 409 | 503) => {
                            assert!(
                                matches!(
                                    answer.code().as_str(),
                                    "idempotency.in_progress" | "busy"
                                ),
                                "{}",
                                answer.body
                            );
                        }
                        Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                        Err(error) => panic!("{error}"),
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        })
    });
    let mut bodies: HashMap<String, String> = HashMap::new();
    let mut firsts = 0;
    let mut answers = futures::stream::iter(calls).buffer_unordered(2 * CALLERS);
    while let Some((key, body, replayed)) = answers.next().await {
        firsts += usize::from(!replayed);
        let known = bodies.entry(key.clone()).or_insert_with(|| body.clone());
        assert_eq!(*known, body, "two bodies for {key}");
    }
    assert_eq!(firsts, keys.len(), "a key has one first answer");
    bodies
}

#[actix_web::test]
async fn a_storm_of_retries_has_one_effect() {
    let app = TestApp::spawn().await;
    let keys: Vec<String> = (0..scale(1_000, 25)).map(|_| key()).collect();
    let began = std::time::Instant::now();
    let bodies = everyone(&[app.visitor("nakhla")], &keys, CALLERS).await;
    assert_eq!(bodies.len(), keys.len());
    let mut behind = app.behind().await;
    let figures = ledger::verify(&mut behind, app.a.id).await;
    assert_eq!(figures.orders as usize, keys.len());
    println!(
        "R3: {} keys × {CALLERS} callers, {} orders, {:.1} s",
        keys.len(),
        figures.orders,
        began.elapsed().as_secs_f64()
    );
    app.stop().await;
}

#[actix_web::test]
async fn equal_keys_at_two_processes_make_one_order() {
    let app = TestApp::spawn().await;
    let second = app.another(Options::default()).await;
    let clients = [app.visitor("nakhla"), {
        let there = second.client("nakhla");
        Client::new(there.port, &app.visitor("nakhla").host)
    }];
    let keys: Vec<String> = (0..scale(400, 40)).map(|_| key()).collect();
    everyone(&clients, &keys, 8).await;
    let mut behind = app.behind().await;
    let figures = ledger::verify(&mut behind, app.a.id).await;
    assert_eq!(figures.orders as usize, keys.len());
    println!(
        "R3: {} keys × 8 callers at two processes, {} orders",
        keys.len(),
        figures.orders
    );
    // Both show the same sums once the slower has looked.
    let raised = 1_000 * i64::try_from(keys.len()).unwrap();
    for client in &clients {
        let shown = async {
            while client.item("general").await["awaiting_transfer"]["amount"] != raised {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), shown)
            .await
            .expect("both processes show what was promised");
    }
    second.end(End::AtOnce).await;
    app.stop().await;
}
