-- Pictures: the original lies in the bucket under {tenant}/incoming/, what was drawn from it under {tenant}/media/. A row comes first,
-- so nothing lies there that no row knows of.
create table app.media (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  item_id uuid,
  position int not null default 0,
  content_type text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes bigint not null check (bytes between 1 and 15728640),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  state text not null default 'pending' check (state in ('pending', 'ready', 'rejected')),
  refusal text check ((state = 'rejected') = (refusal is not null)),
  alt_ar text not null default '' check (length(alt_ar) <= 200),
  alt_en text not null default '' check (length(alt_en) <= 200),
  drawn jsonb check ((state = 'ready') = (drawn is not null)),
  -- What the variants take.
  drawn_bytes bigint not null default 0 check (drawn_bytes >= 0),
  uploaded_at timestamptz,
  -- Taken off its item; a day later it is forgotten.
  removed_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references app.catalog_items (tenant_id, id),
  foreign key (tenant_id, created_by) references app.users (tenant_id, id)
);
create index on app.media (tenant_id, item_id, position);
alter table app.media enable row level security;
alter table app.media force row level security;
create policy tenant_guard on app.media as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.media for all to sadu_tenant using (true) with check (true);
grant select, insert, update, delete on app.media to sadu_tenant;
