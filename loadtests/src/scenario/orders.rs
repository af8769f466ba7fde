//! P4: `POST /api/v1/orders`, durable before its 201, at 128 connections, all on one tenant and spread over 200; beside pgbench
//! with one transaction an order.

use std::time::Duration;

use uuid::Uuid;

use crate::load::{self, Outcome, Script};
use crate::plan::Plan;
use crate::report::{Ratio, Section, Side};
use crate::stage::{FIRST, Serving, Stage, TENANTS, host};
use crate::{machine, pgbench, say};

/// Connections of the generator.
pub(crate) const CONNECTIONS: usize = 128;

/// Which tenants and campaigns the donations go to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    /// The first so many tenants, at random.
    pub(crate) tenants: usize,
    /// The first so many campaigns of each.
    pub(crate) items: usize,
}

/// A script of donations: each with a key of its own, another name, phone and amount, from another address.
pub(crate) fn donations(spread: Spread) -> Script {
    Box::new(move |request| {
        let tenant = rand::random_range(0..spread.tenants.max(1));
        write_donation(request, tenant, spread.items);
    })
}

/// The request of one donation to this tenant.
pub(crate) fn write_donation(request: &mut Vec<u8>, tenant: usize, items: usize) {
    use std::io::Write;
    let item = FIRST.saturating_add(rand::random_range(0..items.max(1)));
    let number: u32 = rand::random_range(0..10_000_000);
    let amount: u32 = rand::random_range(1_000..50_000);
    let body = format!(
        r#"{{"kind":"donation","items":[{{"item":"item-{item}","amount":{amount}}}],"donor":{{"name":"متبرع {number}","phone":"+9655{number:07}","email":null,"anonymous":false,"hide_amount":false}},"payment_method":"transfer","lang":"ar","note":null,"gift":null,"utm":{{"source":"instagram","medium":"social","campaign":"ramadan_1447"}}}}"#
    );
    let ip: [u8; 3] = rand::random();
    let [a, b, c] = ip;
    // Writing into memory cannot fail.
    let _ = write!(
        request,
        "POST /api/v1/orders HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nIdempotency-Key: {}\r\nX-Forwarded-For: 10.{a}.{b}.{c}\r\nContent-Length: {}\r\n\r\n{body}",
        host(tenant),
        Uuid::new_v4(),
        body.len()
    );
}

/// One side of a round: the product.
///
/// # Errors
/// When an answer was not a 201.
pub(crate) fn place(
    stage: &Stage,
    sadu: &Serving,
    plan: &Plan,
    spread: Spread,
) -> anyhow::Result<Metered> {
    let scripts = (0..CONNECTIONS).map(|_| donations(spread)).collect();
    meter(stage, Some(sadu), || {
        load::closed(sadu.address, 201, plan.each, scripts)?.sound()
    })
}

/// What a side did, and the CPU it took: of the server's process, and of Postgres.
#[derive(Debug)]
pub(crate) struct Metered {
    pub(crate) outcome: Outcome,
    pub(crate) server: Duration,
    pub(crate) postgres: Duration,
}

/// Runs one side between two looks at the clocks.
///
/// # Errors
/// The side's.
pub(crate) fn meter(
    stage: &Stage,
    server: Option<&Serving>,
    side: impl FnOnce() -> anyhow::Result<Outcome>,
) -> anyhow::Result<Metered> {
    stage.checkpoint()?;
    let of_server = || server.map_or(Duration::ZERO, Serving::cpu);
    let (server_before, postgres_before) = (of_server(), stage.postgres_cpu());
    let outcome = side()?;
    Ok(Metered {
        outcome,
        server: of_server().saturating_sub(server_before),
        postgres: stage.postgres_cpu().saturating_sub(postgres_before),
    })
}

/// P4.
///
/// # Errors
/// When a side fails.
pub(crate) fn measure(stage: &Stage, plan: &Plan) -> anyhow::Result<Section> {
    let sadu = stage.serve(None)?;
    machine::settle();
    wake(stage, &sadu, plan)?;
    let mut section = Section::new(
        "P4",
        "`POST /api/v1/orders`, 201 after COMMIT, 128 connections; beside pgbench -M prepared, one transaction an order, 32 clients",
    );
    for (name, spread, hold, aim) in [
        (
            "one tenant",
            Spread {
                tenants: 1,
                items: 1,
            },
            5.0,
            12.0,
        ),
        (
            "spread over 200 tenants",
            Spread {
                tenants: TENANTS,
                items: 1,
            },
            0.4,
            0.7,
        ),
    ] {
        stage.forget_orders()?;
        let (mut product, mut peer) = (Side::new("sadu"), Side::new("pgbench"));
        for round in 0..plan.rounds {
            let ours = place(stage, &sadu, plan, spread)?;
            let theirs = meter(stage, None, || pgbench::orders(stage, plan, spread.tenants))?;
            say(&format!(
                "P4 {name}, round {}: {:.0}/s beside {:.0}/s",
                round.saturating_add(1),
                ours.outcome.rate(),
                theirs.outcome.rate()
            ));
            product.round(ours);
            peer.round(theirs);
        }
        section.pair(Ratio { name, hold, aim }, product, peer);
    }
    Ok(section)
}

/// Every tenant is awake and every connection open before the first round counts.
///
/// # Errors
/// When an answer was not a 201.
pub(crate) fn wake(stage: &Stage, sadu: &Serving, plan: &Plan) -> anyhow::Result<()> {
    let scripts = (0..8_usize)
        .map(|n| -> Script {
            let mut tenant = n;
            Box::new(move |request| {
                write_donation(request, tenant % TENANTS, 1);
                tenant = tenant.saturating_add(8);
            })
        })
        .collect();
    load::closed(sadu.address, 201, Duration::from_secs(2), scripts)?.sound()?;
    let short = Plan {
        each: Duration::from_secs(1),
        ..plan.clone()
    };
    place(
        stage,
        sadu,
        &short,
        Spread {
            tenants: TENANTS,
            items: 1,
        },
    )?;
    Ok(())
}
