-- What a tenant uses of its plan, counted in one place: by it a limit refuses, and both the tenant and the platform are shown it. It reads
-- with the rights of who asks, so a tenant counts its own rows whatever it asks for.
create function app.plan_use(p_tenant uuid) returns table (items bigint, staff bigint, storage_bytes bigint)
  language sql stable parallel safe
  begin atomic
    select
      -- What is over takes no room.
      (select count(*) from app.catalog_items c where c.tenant_id = p_tenant and c.status not in ('archived', 'cancelled')),
      -- Those who may work there, and those invited to.
      (select count(*) from app.users u where u.tenant_id = p_tenant and u.status <> 'disabled'),
      -- Room is kept from the announcement on, and until what was removed is forgotten; what was refused is not kept in the bucket.
      (select coalesce(sum(m.bytes + m.drawn_bytes), 0)::bigint from app.media m where m.tenant_id = p_tenant and m.state <> 'rejected');
  end;
grant execute on function app.plan_use(uuid) to sadu_tenant, sadu_cross;

create policy xt_read on app.media for select to sadu_cross using (true);
grant select (tenant_id, state, bytes, drawn_bytes) on app.media to sadu_cross;

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- As before, with the limits of each tenant's plan and the bytes that it stores. What is being deleted is no tenant any more.
drop function plat.list_tenants();
create function plat.list_tenants() returns table (id uuid, slug text, name_ar text, name_en text, kind text, status text,
    created_at timestamptz, staff bigint, raised bigint, donors bigint, domains bigint, plan_id text, items bigint, seats bigint,
    storage_bytes bigint, max_items bigint, max_seats bigint, max_storage_bytes bigint, max_ai_tokens bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id, t.slug, t.name_ar, t.name_en, t.kind, t.status, t.created_at,
      (select count(*) from app.users u where u.tenant_id = t.id and u.status = 'active'),
      (select coalesce(sum(i.raised), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select coalesce(sum(i.donors), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select count(*) from plat.tenant_domains d where d.tenant_id = t.id and d.state = 'live'),
      t.plan_id, n.items, n.staff, n.storage_bytes, p.items, p.staff, p.storage_bytes, p.ai_tokens
    from app.tenants t join plat.plans p on p.id = t.plan_id cross join lateral app.plan_use(t.id) n
    where not exists (select 1 from plat.tenant_tombstones s where s.id = t.id) order by t.created_at, t.id;
  end;
revoke execute on function plat.list_tenants() from public;
grant execute on function plat.list_tenants() to sadu_platform;

set role sadu_owner;
revoke create on schema plat from sadu_cross;
