-- The tenant itself, and the one function every policy leans on.
-- Roles, the database and the schemas `app` and `plat` are made by `sadu bootstrap`; this runs as sadu_owner.

grant usage on schema app to sadu_tenant, sadu_cross, sadu_audit;
grant usage on schema plat to sadu_tenant, sadu_platform, sadu_cross, sadu_audit;
alter default privileges for role sadu_owner revoke execute on functions from public;

-- STABLE, never IMMUTABLE: a cached generic plan would keep the first tenant for ever.
create function app.tenant() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.current_tenant', true), '')::uuid;
grant execute on function app.tenant() to sadu_tenant, sadu_cross, sadu_audit;

create table app.tenants (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  name_ar text not null,
  name_en text not null,
  tagline_ar text not null default '',
  tagline_en text not null default '',
  kind text not null check (kind in ('charity', 'shop')),
  status text not null check (status in ('trial', 'active', 'suspended', 'collection_suspended', 'closed')),
  branding jsonb not null,
  settings jsonb not null,
  currency text not null default 'KWD' check (currency = 'KWD'),
  timezone text not null default 'Asia/Kuwait',
  default_lang text not null default 'ar' check (default_lang in ('ar', 'en')),
  reference_prefix text not null unique check (reference_prefix ~ '^[ABCDEFGHJKMNPRSTUVWXYZ]{3}$'),
  licence jsonb,
  phone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table app.tenants enable row level security;
alter table app.tenants force row level security;
create policy tenant_guard on app.tenants as restrictive for all to sadu_tenant
  using (id = (select app.tenant())) with check (id = (select app.tenant()));
create policy tenant_rw on app.tenants for all to sadu_tenant using (true) with check (true);
create policy xt_read on app.tenants for select to sadu_cross using (true);
grant select, insert, update on app.tenants to sadu_tenant;
grant select (id, slug, status) on app.tenants to sadu_cross;

-- One narrow row holds every counter of a tenant. It is the first lock of every write transaction (docs/architecture.md,
-- Writes), so `seq` commits in order and gap-free. Nearly empty pages keep its many updates in place.
create table app.tenant_counters (
  tenant_id uuid primary key references app.tenants (id),
  seq bigint not null default 0 check (seq >= 0),
  reference bigint not null default 0 check (reference >= 0),
  config_version bigint not null default 0,
  receipt_year int not null default 0,
  receipt_no bigint not null default 0,
  epoch uuid not null default gen_random_uuid()
) with (fillfactor = 10);
alter table app.tenant_counters enable row level security;
alter table app.tenant_counters force row level security;
create policy tenant_guard on app.tenant_counters as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.tenant_counters for all to sadu_tenant using (true) with check (true);
create policy xt_read on app.tenant_counters for select to sadu_cross using (true);
grant select, insert, update on app.tenant_counters to sadu_tenant;
grant select (tenant_id, seq, config_version) on app.tenant_counters to sadu_cross;

-- The data key of a tenant, wrapped by the master key (AES-256-GCM). The newest row seals; older ones still open.
create table app.tenant_keys (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
alter table app.tenant_keys enable row level security;
alter table app.tenant_keys force row level security;
create policy tenant_guard on app.tenant_keys as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.tenant_keys for all to sadu_tenant using (true) with check (true);
grant select, insert on app.tenant_keys to sadu_tenant;
