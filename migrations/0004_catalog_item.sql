-- What a tenant offers: products, projects, open funds, sponsorships, zakat funds.
create table app.catalog_items (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?$'),
  kind text not null check (kind in ('product', 'project', 'fund', 'sponsorship', 'zakat')),
  status text not null check (status in ('draft', 'review', 'active', 'paused', 'funded', 'executing', 'completed', 'archived', 'cancelled')),
  title_ar text not null,
  title_en text not null,
  summary_ar text not null default '',
  summary_en text not null default '',
  story_ar text not null default '',
  story_en text not null default '',
  price bigint check (price > 0),
  target bigint check (target > 0),
  unit jsonb,
  suggested bigint[] not null default '{}',
  min_amount bigint check (min_amount > 0),
  max_amount bigint check (max_amount > 0),
  zakat_eligible boolean not null default false,
  overfunding jsonb not null default '"continue"',
  licence jsonb,
  tags text[] not null default '{}',
  position int not null default 0,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, slug)
);
alter table app.catalog_items enable row level security;
alter table app.catalog_items force row level security;
create policy tenant_guard on app.catalog_items as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.catalog_items for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.catalog_items to sadu_tenant;

-- The money and stock of an item, in fils and pieces: narrow, half-empty pages, one UPDATE an item a batch.
-- Always equal to the ledger. `version` is the tenant's event seq at which the row last changed.
create table app.item_totals (
  tenant_id uuid not null,
  item_id uuid not null,
  raised bigint not null default 0,
  in_flight bigint not null default 0,
  awaiting_transfer bigint not null default 0,
  pledged bigint not null default 0,
  donors bigint not null default 0,
  stock bigint,
  reserved bigint not null default 0,
  version bigint not null default 0,
  primary key (tenant_id, item_id),
  foreign key (tenant_id, item_id) references app.catalog_items (tenant_id, id),
  constraint item_totals_stock check (stock is null or (reserved >= 0 and reserved <= stock))
) with (fillfactor = 50);
alter table app.item_totals enable row level security;
alter table app.item_totals force row level security;
create policy tenant_guard on app.item_totals as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.item_totals for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.item_totals to sadu_tenant;
