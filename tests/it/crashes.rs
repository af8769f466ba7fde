//! R2: the program is killed and Postgres crashes at random points under load. Every answer that was given holds afterwards.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Client, gift, key, pieces, transfer};
use crate::deployment::Deployment;
use crate::ledger;
use crate::socket::{Frame, Socket, seq};
use crate::testapp::scale;

/// What the clients know.
#[derive(Default)]
struct Load {
    done: AtomicBool,
    /// Tries that had no good answer, by who and why.
    retries: Mutex<BTreeMap<String, u64>>,
    /// Keys of orders with their bodies and the answers they got.
    orders: Mutex<HashMap<String, (Value, String)>>,
    /// Ids of gifts to confirm.
    gifts: Mutex<Vec<String>>,
    /// Keys of confirmations with path, body and answer.
    confirmed: Mutex<HashMap<String, (String, Value, String)>>,
}

impl Load {
    /// Sends until there is a good answer; the process may be gone at any point.
    async fn insist(&self, client: &Client, path: &str, key: &str, body: &Value) -> String {
        loop {
            let why = match client.try_post(path, key, body).await {
                Ok(answer) if matches!(answer.status, 200 | 201) => return answer.body,
                Ok(answer) if matches!(answer.status, 409 | 503) => {
                    let code = answer.code();
                    assert!(
                        matches!(code.as_str(), "busy" | "idempotency.in_progress"),
                        "{}",
                        answer.body
                    );
                    code
                }
                Ok(answer) => panic!("{} {path}: {}", answer.status, answer.body),
                Err(_) => "gone".to_owned(),
            };
            let who = if client.token.is_some() {
                "staff"
            } else {
                "visitors"
            };
            self.note(format!("{who}: {why}"));
            tokio::time::sleep(Duration::from_millis(rand::random_range(5..40))).await;
        }
    }

    fn note(&self, retry: String) {
        *self.retries.lock().unwrap().entry(retry).or_default() += 1;
    }

    async fn visitor(&self, client: Client) {
        while !self.done.load(Ordering::Relaxed) {
            let (key, is_gift) = (key(), rand::random_bool(0.7));
            let body = if is_gift {
                gift("general", rand::random_range(1..50) * 100)
            } else {
                pieces("bread", rand::random_range(1..5))
            };
            let answer = self.insist(&client, "/api/v1/orders", &key, &body).await;
            if is_gift {
                let order: Value = serde_json::from_str(&answer).unwrap();
                let id = order["id"].as_str().unwrap().to_owned();
                self.gifts.lock().unwrap().push(id);
            }
            self.orders.lock().unwrap().insert(key, (body, answer));
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..20))).await;
        }
    }

    async fn cashier(&self, staff: Client, number: usize) {
        let mut n = 0;
        while !self.done.load(Ordering::Relaxed) {
            let next = self.gifts.lock().unwrap().pop();
            let Some(id) = next else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            n += 1;
            let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
            let body = transfer(rand::random_range(1..60) * 100, &format!("{number}-{n}"));
            let key = key();
            let answer = self.insist(&staff, &path, &key, &body).await;
            self.confirmed
                .lock()
                .unwrap()
                .insert(key, (path, body, answer));
        }
    }

    /// A socket that comes back however often it is cut; the last number it showed.
    async fn watcher(&self, staff: Client, head: &AtomicU64) -> i64 {
        let mut shown = 0_i64;
        let complete = |shown: i64| {
            let head = head.load(Ordering::Relaxed);
            head > 0 && u64::try_from(shown).unwrap() >= head
        };
        while !complete(shown) {
            let Ok(mut socket) = Socket::open(&staff).await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let hello = serde_json::json!({ "type": "hello", "after_seq": shown, "epoch": null });
            socket.say(&hello).await;
            while !complete(shown) {
                match socket.within(Duration::from_millis(500)).await {
                    Frame::Json(frame) => {
                        assert_ne!(frame["type"], "reset", "{frame}");
                        for event in frame["events"].as_array().into_iter().flatten() {
                            assert!(seq(event) <= shown + 1, "{} after {shown}", seq(event));
                            shown = shown.max(seq(event));
                        }
                        socket.ack(shown).await;
                    }
                    Frame::Closed(..) => break,
                    Frame::Silence => {}
                }
            }
        }
        shown
    }
}

#[actix_web::test]
async fn what_was_acknowledged_survives_every_crash() {
    let (mut deployment, tenant) = Deployment::start().await;
    let staff = deployment.staff().await;
    let (kills, crashes) = (scale(200, 8), scale(20, 2));
    let load = Arc::new(Load::default());
    let head = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..12 {
        let (load, client) = (load.clone(), deployment.client());
        tasks.push(tokio::spawn(async move { load.visitor(client).await }));
    }
    for number in 0..3 {
        let (load, staff) = (load.clone(), staff.clone());
        tasks.push(tokio::spawn(
            async move { load.cashier(staff, number).await },
        ));
    }
    let watchers: Vec<_> = (0..3)
        .map(|_| {
            let (load, staff, head) = (load.clone(), staff.clone(), head.clone());
            tokio::spawn(async move { load.watcher(staff, &head).await })
        })
        .collect();

    let mut down = Duration::ZERO;
    for n in 0..kills + crashes {
        tokio::time::sleep(Duration::from_millis(rand::random_range(200..900))).await;
        let at = Instant::now();
        if n % (kills / crashes + 1) == 0 {
            deployment.crash_postgres().await;
        } else {
            deployment.kill_program();
            deployment.start_program().await;
        }
        down += at.elapsed();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    load.done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let mut behind = deployment.behind().await;
    let figures = ledger::verify(&mut behind, tenant.id).await;
    head.store(u64::try_from(figures.events).unwrap(), Ordering::Relaxed);
    for watcher in watchers {
        assert_eq!(watcher.await.unwrap(), figures.events);
    }

    let orders = std::mem::take(&mut *load.orders.lock().unwrap());
    let confirmed = std::mem::take(&mut *load.confirmed.lock().unwrap());
    assert_eq!(usize::try_from(figures.orders).unwrap(), orders.len());
    assert_eq!(usize::try_from(figures.payments).unwrap(), confirmed.len());
    let visitor = deployment.client();
    for (key, (body, answer)) in &orders {
        let order: Value = serde_json::from_str(answer).unwrap();
        let kept = ledger::orders_of_key(&mut behind, tenant.id, key).await;
        assert_eq!(kept.len(), 1, "{key}");
        assert_eq!(kept[0].to_string(), order["id"].as_str().unwrap());
        let again = visitor.order(key, body).await;
        assert_eq!(
            (again.status, &again.body, again.replayed()),
            (201, answer, true)
        );
    }
    for (key, (path, body, answer)) in &confirmed {
        let again = staff.post(path, key, body).await;
        assert_eq!(
            (again.status, &again.body, again.replayed()),
            (200, answer, true)
        );
    }
    assert_eq!(ledger::verify(&mut behind, tenant.id).await, figures);
    println!(
        "R2: {kills} kills of the program, {crashes} crashes of Postgres in {:.0} s ({:.0} s of it down): {} orders and {} transfers \
         acknowledged, retries {:?}, 3 sockets with {} events each; 0 lost, 0 doubled, totals = ledger",
        began.elapsed().as_secs_f64(),
        down.as_secs_f64(),
        orders.len(),
        confirmed.len(),
        load.retries.lock().unwrap(),
        figures.events
    );
    deployment.end().await;
}
