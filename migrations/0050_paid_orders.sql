-- As before, but that gifts and orders are counted as such: one whose money went to three items is one, and not three.
create policy xt_read on app.allocations for select to sadu_cross using (true);
grant select (tenant_id, order_id) on app.allocations to sadu_cross;

grant create on schema plat to sadu_cross;
set role sadu_cross;

create or replace function plat.list_tenants() returns table (id uuid, slug text, name_ar text, name_en text, kind text, status text,
    created_at timestamptz, staff bigint, raised bigint, donors bigint, domains bigint, plan_id text, items bigint, seats bigint,
    storage_bytes bigint, max_items bigint, max_seats bigint, max_storage_bytes bigint, max_ai_tokens bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id, t.slug, t.name_ar, t.name_en, t.kind, t.status, t.created_at,
      (select count(*) from app.users u where u.tenant_id = t.id and u.status = 'active'),
      (select coalesce(sum(i.raised), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select count(distinct a.order_id) from app.allocations a where a.tenant_id = t.id),
      (select count(*) from plat.tenant_domains d where d.tenant_id = t.id and d.state = 'live'),
      t.plan_id, n.items, n.staff, n.storage_bytes, p.items, p.staff, p.storage_bytes, p.ai_tokens
    from app.tenants t join plat.plans p on p.id = t.plan_id cross join lateral app.plan_use(t.id) n
    where not exists (select 1 from plat.tenant_tombstones s where s.id = t.id) order by t.created_at, t.id;
  end;

set role sadu_owner;
revoke create on schema plat from sadu_cross;
