-- People, apart from what they gave: every column that names one is sealed with the tenant's key, the phone can be
-- looked up by its HMAC alone.
-- No foreign key to tenants, as in orders, events and jobs: a donor is written by app.place_orders alone, which holds the
-- tenant's counter row (and that one has the key), and the check was a tenth of an order's cost in a large batch.
create table app.donors (
  tenant_id uuid not null,
  id uuid not null,
  name_sealed bytea not null,
  phone_sealed bytea not null,
  email_sealed bytea,
  phone_hmac bytea not null check (octet_length(phone_hmac) = 32),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index donors_phone on app.donors (tenant_id, phone_hmac);
alter table app.donors enable row level security;
alter table app.donors force row level security;
create policy tenant_guard on app.donors as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.donors for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.donors to sadu_tenant;
