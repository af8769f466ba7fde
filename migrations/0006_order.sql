-- What was promised. `items` and `total` never change after the insert; amounts are fils.
create table app.orders (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('order', 'donation', 'pledge')),
  status text not null check (status in ('pending', 'awaiting_transfer', 'paying', 'part_paid', 'paid', 'part_refunded', 'refunded', 'cancelled', 'expired', 'disputed', 'charged_back')),
  reference text not null,
  items jsonb not null,
  total bigint not null check (total > 0),
  currency text not null default 'KWD',
  donor_id uuid not null,
  anonymous boolean not null,
  hide_amount boolean not null,
  payment_method text not null check (payment_method in ('transfer', 'knet', 'card', 'apple_pay', 'link', 'cash_on_delivery')),
  lang text not null check (lang in ('ar', 'en')),
  note text,
  gift jsonb,
  attribution jsonb,
  replaces uuid,
  expires_at timestamptz,
  fulfilment text not null default 'unfulfilled' check (fulfilment in ('unfulfilled', 'preparing', 'ready', 'out_for_delivery', 'delivered', 'returned')),
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, reference),
  foreign key (tenant_id, donor_id) references app.donors (tenant_id, id),
  foreign key (tenant_id, replaces) references app.orders (tenant_id, id)
);

create function app.order_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.id, new.items, new.total, new.currency, new.kind, new.reference, new.donor_id, new.created_at)
     is distinct from (old.id, old.items, old.total, old.currency, old.kind, old.reference, old.donor_id, old.created_at) then
    raise exception 'what an order promised does not change' using errcode = 'P0001';
  end if;
  return new;
end $$;
create trigger order_immutable before update on app.orders for each row execute function app.order_immutable();
alter table app.orders enable row level security;
alter table app.orders force row level security;
create policy tenant_guard on app.orders as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.orders for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.orders to sadu_tenant;
