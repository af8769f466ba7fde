-- The ledger: money known to have arrived, and what it was for. Append-only.
create table app.payments (
  tenant_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  account_id text not null,
  provider_payment_id text not null,
  method text not null,
  amount bigint not null check (amount > 0),
  currency text not null default 'KWD',
  received_on date not null,
  posted_by uuid,
  version bigint not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint payments_once unique (tenant_id, account_id, provider_payment_id),
  foreign key (tenant_id, order_id) references app.orders (tenant_id, id),
  foreign key (tenant_id, posted_by) references app.users (tenant_id, id)
);
create index payments_order on app.payments (tenant_id, order_id);
alter table app.payments enable row level security;
alter table app.payments force row level security;
create policy tenant_guard on app.payments as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.payments for all to sadu_tenant using (true) with check (true);
grant select, insert on app.payments to sadu_tenant;

create table app.allocations (
  tenant_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  order_id uuid not null,
  line int not null check (line >= 0),
  item_id uuid not null,
  amount bigint not null check (amount > 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, payment_id, line, item_id),
  foreign key (tenant_id, payment_id) references app.payments (tenant_id, id),
  foreign key (tenant_id, order_id) references app.orders (tenant_id, id),
  foreign key (tenant_id, item_id) references app.catalog_items (tenant_id, id)
);
create index allocations_item on app.allocations (tenant_id, item_id);
create index allocations_order on app.allocations (tenant_id, order_id);
alter table app.allocations enable row level security;
alter table app.allocations force row level security;
create policy tenant_guard on app.allocations as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.allocations for all to sadu_tenant using (true) with check (true);
grant select, insert on app.allocations to sadu_tenant;

create function app.ledger_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin raise exception 'the ledger is append-only' using errcode = '42501'; end $$;
create trigger no_change before update or delete on app.payments for each row execute function app.ledger_immutable();
create trigger no_change before update or delete on app.allocations for each row execute function app.ledger_immutable();
create trigger no_truncate before truncate on app.payments for each statement execute function app.ledger_immutable();
create trigger no_truncate before truncate on app.allocations for each statement execute function app.ledger_immutable();
