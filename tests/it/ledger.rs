//! The books, looked at from behind the policies: whatever happened, these must agree.

use sadu_domain::ids::TenantId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Each query answers what contradicts the books of tenant `$1`; no row means that they are right.
const RULES: &[(&str, &str)] = &[
    (
        "the stream has no gap and ends at the tenant's counter",
        "select format('%s events, %s to %s, counter %s', count(e.seq), min(e.seq), max(e.seq), c.seq)
           from app.tenant_counters c left join app.inbox_events e on e.tenant_id = c.tenant_id
          where c.tenant_id = $1 group by c.seq
         having count(e.seq) <> c.seq or (c.seq > 0 and (min(e.seq) <> 1 or max(e.seq) <> c.seq))",
    ),
    (
        "an order is told of once",
        "select format('order %s: %s times', o.id, count(e.seq))
           from app.orders o left join app.inbox_events e
             on e.tenant_id = o.tenant_id and e.subject_id = o.id and e.kind = 'order.placed'
          where o.tenant_id = $1 group by o.id having count(e.seq) <> 1",
    ),
    (
        "what is told of is there",
        "select format('event %s without its order', e.seq) from app.inbox_events e
          where e.tenant_id = $1 and e.subject_kind = 'order'
            and not exists (select 1 from app.orders o where o.tenant_id = $1 and o.id = e.subject_id)",
    ),
    (
        "an order has the key it came with",
        "select format('order %s has no key', o.id) from app.orders o
          where o.tenant_id = $1 and not exists (
            select 1 from app.idempotency_keys k where k.tenant_id = $1 and k.op_id = o.id)",
    ),
    (
        "a key has its work",
        "select format('key %s without its work', k.key) from app.idempotency_keys k
          where k.tenant_id = $1
            and not exists (select 1 from app.orders o where o.tenant_id = $1 and o.id = k.op_id)
            and not exists (select 1 from app.payments p where p.tenant_id = $1 and p.id = k.op_id)
            and not exists (select 1 from app.users u where u.tenant_id = $1 and u.id = k.op_id)
            and not exists (select 1 from app.audit_logs l where l.tenant_id = $1 and l.object_id = k.op_id::text)",
    ),
    (
        "raised is what was allocated",
        "select format('%s: shows %s, ledger %s', i.slug, m.raised, coalesce(sum(a.amount), 0))
           from app.item_totals m join app.catalog_items i on i.tenant_id = m.tenant_id and i.id = m.item_id
           left join app.allocations a on a.tenant_id = m.tenant_id and a.item_id = m.item_id
          where m.tenant_id = $1 group by i.slug, m.raised having m.raised <> coalesce(sum(a.amount), 0)",
    ),
    (
        "donors are the orders that gave",
        "select format('%s: shows %s, ledger %s', i.slug, m.donors, count(distinct a.order_id))
           from app.item_totals m join app.catalog_items i on i.tenant_id = m.tenant_id and i.id = m.item_id
           left join app.allocations a on a.tenant_id = m.tenant_id and a.item_id = m.item_id
          where m.tenant_id = $1 group by i.slug, m.donors having m.donors <> count(distinct a.order_id)",
    ),
    (
        "awaited is what open transfers still owe",
        "with lines as (
           select (l ->> 'item_id')::uuid as item, greatest(0, (l ->> 'amount')::bigint - coalesce((
                    select sum(a.amount) from app.allocations a
                     where a.tenant_id = o.tenant_id and a.order_id = o.id and a.line = n - 1), 0)) as due
             from app.orders o, jsonb_array_elements(o.items) with ordinality as x (l, n)
            where o.tenant_id = $1 and o.payment_method = 'transfer' and o.status in ('awaiting_transfer', 'part_paid'))
         select format('%s: shows %s, ledger %s', i.slug, m.awaiting_transfer, coalesce(sum(l.due), 0))
           from app.item_totals m join app.catalog_items i on i.tenant_id = m.tenant_id and i.id = m.item_id
           left join lines l on l.item = m.item_id
          where m.tenant_id = $1 group by i.slug, m.awaiting_transfer having m.awaiting_transfer <> coalesce(sum(l.due), 0)",
    ),
    (
        "reserved is what was ordered, and is in stock",
        "with lines as (
           select (l ->> 'item_id')::uuid as item, (l ->> 'quantity')::bigint as pieces
             from app.orders o, jsonb_array_elements(o.items) as l
            where o.tenant_id = $1 and o.kind = 'order' and o.status not in ('cancelled', 'expired', 'refunded'))
         select format('%s: shows %s of %s, ledger %s', i.slug, m.reserved, m.stock, coalesce(sum(l.pieces), 0))
           from app.item_totals m join app.catalog_items i on i.tenant_id = m.tenant_id and i.id = m.item_id
           left join lines l on l.item = m.item_id
          where m.tenant_id = $1 group by i.slug, m.reserved, m.stock
         having m.reserved <> coalesce(sum(l.pieces), 0) or m.reserved > m.stock",
    ),
    (
        "a payment is allocated whole",
        "select format('payment %s: %s of %s', p.id, coalesce(sum(a.amount), 0), p.amount)
           from app.payments p left join app.allocations a on a.tenant_id = p.tenant_id and a.payment_id = p.id
          where p.tenant_id = $1 group by p.id, p.amount having p.amount <> coalesce(sum(a.amount), 0)",
    ),
    (
        "a payment is told of and audited once",
        "with told as (select count(*) as n from app.inbox_events where tenant_id = $1 and kind in ('order.paid', 'order.part_paid')),
              audited as (select count(*) as n from app.audit_logs where tenant_id = $1 and action = 'order.confirm_transfer'),
              posted as (select count(*) as n from app.payments where tenant_id = $1)
         select format('%s posted, %s told, %s audited', posted.n, told.n, audited.n) from told, audited, posted
          where posted.n <> told.n or posted.n <> audited.n",
    ),
    (
        "an order is paid when its money is there",
        "select format('order %s: %s, %s of %s', o.id, o.status, coalesce(sum(p.amount), 0), o.total)
           from app.orders o left join app.payments p on p.tenant_id = o.tenant_id and p.order_id = o.id
          where o.tenant_id = $1 group by o.id, o.status, o.total
         having (o.status = 'paid') <> (coalesce(sum(p.amount), 0) >= o.total)
             or (o.status = 'part_paid') <> (coalesce(sum(p.amount), 0) between 1 and o.total - 1)",
    ),
];

/// What the books hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) orders: i64,
    pub(crate) payments: i64,
    pub(crate) events: i64,
}

/// Fails when any rule is broken; else what the books hold.
pub(crate) async fn verify(behind: &mut PgConnection, tenant: TenantId) -> Figures {
    let mut broken = Vec::new();
    for (rule, sql) in RULES {
        let rows: Vec<String> = sqlx::query_scalar(*sql)
            .bind(tenant.as_uuid())
            .fetch_all(&mut *behind)
            .await
            .unwrap_or_else(|error| panic!("{rule}: {error}"));
        broken.extend(rows.into_iter().map(|row| format!("{rule}: {row}")));
    }
    assert!(
        broken.is_empty(),
        "the books are wrong:\n{}",
        broken.join("\n")
    );
    let count = async |behind: &mut PgConnection, sql: &'static str| -> i64 {
        sqlx::query_scalar(sql)
            .bind(tenant.as_uuid())
            .fetch_one(behind)
            .await
            .unwrap()
    };
    Figures {
        orders: count(
            behind,
            "select count(*) from app.orders where tenant_id = $1",
        )
        .await,
        payments: count(
            behind,
            "select count(*) from app.payments where tenant_id = $1",
        )
        .await,
        events: count(
            behind,
            "select count(*) from app.inbox_events where tenant_id = $1",
        )
        .await,
    }
}

/// The order that a key of `POST /orders` made, and how many there are of it.
pub(crate) async fn orders_of_key(
    behind: &mut PgConnection,
    tenant: TenantId,
    key: &str,
) -> Vec<Uuid> {
    sqlx::query_scalar(
        "select o.id from app.idempotency_keys k join app.orders o on o.tenant_id = k.tenant_id and o.id = k.op_id
          where k.tenant_id = $1 and k.key = $2",
    )
    .bind(tenant.as_uuid())
    .bind(key)
    .fetch_all(behind)
    .await
    .unwrap()
}
