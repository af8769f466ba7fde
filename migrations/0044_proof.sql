-- What became of the money: photos, invoices, certificates of an item or of one order. Staff collect them, an administrator
-- publishes; visitors see what is public and published.
create table app.proofs (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  item_id uuid,
  order_id uuid,
  kind text not null check (kind in ('photo', 'video', 'invoice', 'certificate', 'report', 'handover')),
  amount bigint check (amount > 0),
  taken_on date not null,
  place_ar text not null default '',
  place_en text not null default '',
  caption_ar text not null default '',
  caption_en text not null default '',
  visibility text not null default 'public' check (visibility in ('public', 'givers', 'staff')),
  state text not null default 'draft' check (state in ('draft', 'submitted', 'published', 'superseded', 'withdrawn')),
  created_by uuid,
  published_by uuid,
  published_at timestamptz check (state <> 'published' or published_at is not null),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references app.catalog_items (tenant_id, id),
  foreign key (tenant_id, order_id) references app.orders (tenant_id, id),
  foreign key (tenant_id, created_by) references app.users (tenant_id, id),
  foreign key (tenant_id, published_by) references app.users (tenant_id, id),
  check (item_id is not null or order_id is not null)
);
create index on app.proofs (tenant_id, item_id, taken_on);
create index on app.proofs (tenant_id, order_id);
alter table app.proofs enable row level security;
alter table app.proofs force row level security;
create policy tenant_guard on app.proofs as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.proofs for all to sadu_tenant using (true) with check (true);
grant select, insert on app.proofs to sadu_tenant;

-- An item that was never published may be taken out again.
grant delete on app.catalog_items, app.item_totals to sadu_tenant;
