//! A batch of orders: one transaction, and what happens when it fails (architecture.md 3, Failure).

use std::sync::Arc;
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use sadu_db::idempotency::{self, Remembered};
use sadu_db::orders::{self, OrderRow};
use sadu_db::{Committed, DbError, Fault};
use sadu_domain::error::Code;
use sadu_domain::event::{EventKind, InboxEvent};
use sadu_domain::ids::EventSubject;
use serde_json::value::RawValue;

use super::queue::QueuedOrder;
use crate::error::{Error, Result};
use crate::tenant::Shared;

/// Tries of a batch that met weather.
const TRIES: u32 = 3;

/// What became of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderOutcome {
    /// HTTP status of the first answer.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) response: String,
    /// Whether this is a first answer given again.
    pub(crate) replayed: bool,
}

type Answers = Vec<std::result::Result<Answer, DbError>>;

#[derive(Debug)]
enum Answer {
    Placed,
    Stood(Remembered),
}

/// Writes the batch and answers everyone in it.
pub(crate) async fn run(shared: &Arc<Shared>, batch: Vec<QueuedOrder>) {
    metrics::histogram!("order_batch_size")
        .record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
    let (rows, waiters): (Vec<OrderRow>, Vec<_>) =
        batch.into_iter().map(|q| (*q.row, q.waiters)).unzip();
    let answers = with_retries(shared, &rows).await;
    for ((row, waiters), answer) in rows.into_iter().zip(waiters).zip(answers) {
        let result = outcome(&row, answer);
        let mut first = true;
        for waiter in waiters {
            let mut mine = if waiter.body_hash == row.key.body_hash {
                result.clone()
            } else {
                Err(Error::Refused(Code::IdempotencyKeyReused))
            };
            if let (false, Ok(outcome)) = (first, &mut mine) {
                outcome.replayed = true;
            }
            first = false;
            let _ = waiter.reply.send(mine);
        }
    }
}

fn outcome(row: &OrderRow, answer: std::result::Result<Answer, DbError>) -> Result<OrderOutcome> {
    match answer {
        Ok(Answer::Placed) => Ok(OrderOutcome {
            status: 201,
            response: row.response.clone(),
            replayed: false,
        }),
        // Our own op id under the key: an earlier try of this batch did commit.
        Ok(Answer::Stood(r)) if r.op_id == row.id.as_uuid() => Ok(OrderOutcome {
            status: r.status,
            response: r.response,
            replayed: false,
        }),
        Ok(Answer::Stood(r)) if r.same_body => Ok(OrderOutcome {
            status: r.status,
            response: r.response,
            replayed: true,
        }),
        Ok(Answer::Stood(_)) => Err(Error::Refused(Code::IdempotencyKeyReused)),
        Err(error) => Err(Error::from(error)),
    }
}

async fn with_retries(shared: &Shared, rows: &[OrderRow]) -> Answers {
    let mut tries = 0_u32;
    loop {
        let error = match once(shared, rows).await {
            Ok(answers) => return answers.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        tries = tries.saturating_add(1);
        match error.fault() {
            Fault::Row if rows.len() > 1 => return one_by_one(shared, rows).await,
            // The commit may have happened. The keys tell: a second try finds its own op ids standing.
            Fault::Weather if tries < TRIES => {
                metrics::counter!("order_batch_retries_total").increment(1);
                tokio::time::sleep(Duration::from_millis(u64::from(
                    50_u32.saturating_mul(tries),
                )))
                .await;
            }
            _ => return rows.iter().map(|_| Err(repeat(&error))).collect(),
        }
    }
}

async fn one_by_one(shared: &Shared, rows: &[OrderRow]) -> Answers {
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let answer = once(shared, std::slice::from_ref(row)).await;
        answers.push(answer.and_then(|mut a| a.pop().ok_or(DbError::NotFound)));
    }
    answers
}

/// A failure, for each of those it befell. The cause was logged with the first.
fn repeat(error: &DbError) -> DbError {
    match error {
        DbError::Constraint(name) => DbError::Constraint(name.clone()),
        DbError::NotFound => DbError::NotFound,
        DbError::Unwritable => DbError::Unwritable,
        DbError::Busy | DbError::Unavailable(_) => DbError::Busy,
        other => {
            tracing::error!(error = %other, cause = ?std::error::Error::source(other).map(ToString::to_string), "a batch of orders failed");
            DbError::Corrupt("batch".into())
        }
    }
}

async fn once(shared: &Shared, rows: &[OrderRow]) -> std::result::Result<Vec<Answer>, DbError> {
    let mut tx = shared.home.writers.tenant(shared.ctx).await?;
    // What is told live is what is read later: storage keeps microseconds.
    let at = Utc::now().trunc_subsecs(6);
    let placed = match orders::place(&mut tx, at, rows).await {
        Ok(placed) => placed,
        Err(error) => {
            if error.fault() == Fault::Row {
                tx.rollback().await?;
            }
            return Err(error);
        }
    };
    let mut answers = Vec::with_capacity(rows.len());
    let mut events = Vec::with_capacity(placed.fresh.len());
    let mut seq = placed.base;
    for row in rows {
        if placed.fresh.contains(&row.id.as_uuid()) {
            seq = seq.saturating_add(1);
            let data = RawValue::from_string(row.event.clone())
                .map_err(|_| DbError::Corrupt("event data".into()))?;
            events.push(InboxEvent {
                seq,
                kind: EventKind::OrderPlaced,
                at,
                subject: EventSubject::Order(row.id),
                data,
            });
            answers.push(Answer::Placed);
        } else {
            // A later statement than the insert: this one sees what another process has just committed.
            let stood = idempotency::find(&mut tx, &row.key)
                .await?
                .ok_or(DbError::NotFound)?;
            answers.push(Answer::Stood(stood));
        }
    }
    tx.commit().await?;
    metrics::counter!("orders_placed_total").increment(u64::try_from(events.len()).unwrap_or(0));
    shared.announce(
        placed.base,
        Committed {
            seq,
            events,
            totals: placed.totals,
            config_changed: false,
        },
    );
    Ok(answers)
}
