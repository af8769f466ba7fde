-- The gap-free stream of what happened: (tenant_id, seq) is what staff sockets resume from. No personal data in `data`.
create table app.inbox_events (
  tenant_id uuid not null,
  seq bigint not null,
  kind text not null,
  at timestamptz not null,
  subject_kind text not null,
  subject_id uuid not null,
  data jsonb not null,
  primary key (tenant_id, seq)
);
alter table app.inbox_events enable row level security;
alter table app.inbox_events force row level security;
create policy tenant_guard on app.inbox_events as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.inbox_events for all to sadu_tenant using (true) with check (true);
grant select, insert, delete on app.inbox_events to sadu_tenant;

-- Who works on what. A subject without a row is open and nobody's.
create table app.subjects (
  tenant_id uuid not null,
  kind text not null,
  id uuid not null,
  owner_id uuid,
  snoozed_until timestamptz,
  resolved_at timestamptz,
  version bigint not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, kind, id),
  foreign key (tenant_id, owner_id) references app.users (tenant_id, id)
);
alter table app.subjects enable row level security;
alter table app.subjects force row level security;
create policy tenant_guard on app.subjects as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.subjects for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.subjects to sadu_tenant;

-- Jobs, written in the transaction that made them necessary; the worker moves them on in its own.
create table app.outbox (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  payload jsonb not null,
  run_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
alter table app.outbox enable row level security;
alter table app.outbox force row level security;
create policy tenant_guard on app.outbox as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.outbox for all to sadu_tenant using (true) with check (true);
grant select, insert on app.outbox to sadu_tenant;

-- The first answer to a key, committed with the work it describes.
create table app.idempotency_keys (
  tenant_id uuid not null,
  actor text not null,
  route text not null,
  key text not null,
  body_hash bytea not null check (octet_length(body_hash) = 32),
  status smallint not null,
  response text not null,
  op_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, actor, route, key)
);
alter table app.idempotency_keys enable row level security;
alter table app.idempotency_keys force row level security;
create policy tenant_guard on app.idempotency_keys as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.idempotency_keys for all to sadu_tenant using (true) with check (true);
grant select, insert, delete on app.idempotency_keys to sadu_tenant;
