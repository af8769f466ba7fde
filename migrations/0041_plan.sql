-- Plans: how much a tenant may have of what costs the platform. A tenant is opened on one; only the platform says which.

create table plat.plans (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{0,29}$'),
  name_ar text not null,
  name_en text not null,
  position int not null,
  items bigint not null check (items between 1 and 100000),
  staff bigint not null check (staff between 1 and 10000),
  storage_bytes bigint not null check (storage_bytes between 0 and 1000000000000000),
  ai_tokens bigint not null check (ai_tokens between 0 and 1000000000000),
  updated_at timestamptz not null default now()
);
insert into plat.plans (id, name_ar, name_en, position, items, staff, storage_bytes, ai_tokens) values
  ('start', 'البداية', 'Start', 1, 12, 5, 1000000000, 200000),
  ('growth', 'النمو', 'Growth', 2, 100, 25, 20000000000, 2000000),
  ('large', 'الموسّعة', 'Large', 3, 1000, 200, 200000000000, 20000000);
grant select, update (items, staff, storage_bytes, ai_tokens, updated_at) on plat.plans to sadu_cross;

alter table app.tenants add column plan_id text not null default 'growth' references plat.plans (id);

-- A tenant writes its own texts and settings. Where it stands, and on which plan, is the platform's to say.
revoke update on app.tenants from sadu_tenant;
grant update (name_ar, name_en, tagline_ar, tagline_en, branding, settings, settings_revision, timezone, default_lang, licence, phone, updated_at)
  on app.tenants to sadu_tenant;

create policy xt_read on app.catalog_items for select to sadu_cross using (true);
grant select (tenant_id, status) on app.catalog_items to sadu_cross;
grant select (plan_id), update (plan_id) on app.tenants to sadu_cross;

-- Tenants that a key stands for: who asked again gets the first answer.
create table plat.tenant_openings (
  admin_id uuid not null references plat.platform_admins (id),
  key text not null check (octet_length(key) between 1 and 255),
  body_hash bytea not null check (octet_length(body_hash) = 32),
  tenant_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (admin_id, key)
);
grant select, insert on plat.tenant_openings to sadu_cross;

-- What open_tenant() writes, and nothing beside it: columns, for new rows.
create policy xt_open on app.tenants for insert to sadu_cross with check (true);
create policy xt_open on app.tenant_counters for insert to sadu_cross with check (true);
create policy xt_open on app.tenant_keys for insert to sadu_cross with check (true);
create policy xt_open on app.users for insert to sadu_cross with check (true);
create policy xt_open on app.invitations for insert to sadu_cross with check (true);
create policy xt_open on app.catalog_items for insert to sadu_cross with check (status = 'draft');
create policy xt_open on app.item_totals for insert to sadu_cross with check (raised = 0 and donors = 0);
grant select (reference_prefix),
      insert (id, slug, name_ar, name_en, kind, status, branding, settings, reference_prefix, licence, plan_id) on app.tenants to sadu_cross;
grant insert (tenant_id) on app.tenant_counters to sadu_cross;
grant insert (tenant_id, id, wrapped) on app.tenant_keys to sadu_cross;
grant insert (tenant_id, id, email, name, role) on app.users to sadu_cross;
grant insert (tenant_id, id, user_id, token_hash, invited_by, expires_at) on app.invitations to sadu_cross;
grant insert (tenant_id, id, slug, kind, status, title_ar, title_en, summary_ar, summary_en, story_ar, story_en, price, target, suggested,
              zakat_eligible, overfunding, tags, position) on app.catalog_items to sadu_cross;
grant insert (tenant_id, item_id, stock) on app.item_totals to sadu_cross;

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- The plan of the tenant that asks.
create function plat.plan_of() returns table (id text, name_ar text, name_en text, items bigint, staff bigint, storage_bytes bigint, ai_tokens bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.id, p.name_ar, p.name_en, p.items, p.staff, p.storage_bytes, p.ai_tokens
      from app.tenants t join plat.plans p on p.id = t.plan_id where t.id = app.tenant();
  end;

create function plat.list_plans() returns table (id text, name_ar text, name_en text, items bigint, staff bigint, storage_bytes bigint,
    ai_tokens bigint, tenants bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.id, p.name_ar, p.name_en, p.items, p.staff, p.storage_bytes, p.ai_tokens,
      (select count(*) from app.tenants t where t.plan_id = p.id and t.status <> 'closed')
    from plat.plans p order by p.position, p.id;
  end;

-- Gives a plan other limits; false when there is no such plan. Tenants on it hear of it. The plan's row is the first lock, so that two
-- who change one plan come one after the other; its key stays, so it holds up nobody who puts a tenant on it.
create function plat.set_plan_limits(p_plan text, p_items bigint, p_staff bigint, p_storage_bytes bigint, p_ai_tokens bigint, p_actor jsonb)
  returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  was jsonb; wanted jsonb := jsonb_build_object('items', p_items, 'staff', p_staff, 'storage_bytes', p_storage_bytes, 'ai_tokens', p_ai_tokens);
begin
  select jsonb_build_object('items', p.items, 'staff', p.staff, 'storage_bytes', p.storage_bytes, 'ai_tokens', p.ai_tokens)
    into was from plat.plans p where p.id = p_plan for no key update;
  if was is null or was = wanted then
    return was is not null;
  end if;
  update plat.plans set items = p_items, staff = p_staff, storage_bytes = p_storage_bytes, ai_tokens = p_ai_tokens, updated_at = now()
   where id = p_plan;
  perform 1 from app.tenant_counters c join app.tenants t on t.id = c.tenant_id where t.plan_id = p_plan order by c.tenant_id for update of c;
  update app.tenant_counters c set config_version = c.config_version + 1
   where c.tenant_id in (select t.id from app.tenants t where t.plan_id = p_plan);
  perform plat.platform_audit_append(jsonb_build_array(jsonb_build_object('actor_id', p_actor ->> 'actor_id', 'actor_role', 'platform_admin',
    'ip', p_actor ->> 'ip', 'user_agent', p_actor ->> 'user_agent', 'request_id', p_actor ->> 'request_id',
    'action', 'plan.set_limits', 'object_type', 'plan', 'object_id', p_plan, 'diff', jsonb_build_object('before', was, 'after', wanted))));
  return true;
end $$;

-- Puts a tenant on a plan; returns the one it was on, null when there is no such tenant. An unknown plan is refused by the key.
create function plat.set_tenant_plan(p_tenant uuid, p_plan text, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  was text;
begin
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.plan_id into was from app.tenants t where t.id = p_tenant;
  if was is null or was = p_plan then
    return was;
  end if;
  update app.tenants set plan_id = p_plan, updated_at = now() where id = p_tenant;
  update app.tenant_counters set config_version = config_version + 1 where tenant_id = p_tenant;
  perform plat.note_platform(p_tenant, 'tenant.set_plan', 'tenant', p_tenant::text, jsonb_build_object('before', was, 'after', p_plan), p_actor);
  return was;
end $$;

-- As before, and what of its plan each tenant uses: items that are not over, and people who may or are about to work there.
drop function plat.list_tenants();
create function plat.list_tenants() returns table (id uuid, slug text, name_ar text, name_en text, kind text, status text,
    created_at timestamptz, staff bigint, raised bigint, donors bigint, domains bigint, plan_id text, items bigint, seats bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id, t.slug, t.name_ar, t.name_en, t.kind, t.status, t.created_at,
      (select count(*) from app.users u where u.tenant_id = t.id and u.status = 'active'),
      (select coalesce(sum(i.raised), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select coalesce(sum(i.donors), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select count(*) from plat.tenant_domains d where d.tenant_id = t.id and d.state = 'live'),
      t.plan_id,
      (select count(*) from app.catalog_items c where c.tenant_id = t.id and c.status not in ('archived', 'cancelled')),
      (select count(*) from app.users u where u.tenant_id = t.id and u.status <> 'disabled')
    from app.tenants t order by t.created_at, t.id;
  end;

-- Opens a tenant: its row with the first free of these prefixes, its counters, its key, its first administrator with an invitation, and
-- what it offers, as drafts, so that no site asks for money before somebody of its own approved it. A slug or a prefix that is taken is
-- refused by its key. With a key that was used before nothing is written: the first tenant comes back.
create function plat.open_tenant(p_tenant jsonb, p_prefixes text[], p_key uuid, p_wrapped bytea, p_admin jsonb, p_invitation bytea, p_items jsonb,
    p_idempotency text, p_body_hash bytea, p_actor jsonb)
  returns table (tenant_id uuid, slug text, plan_id text, reference_prefix text, invited_until timestamptz, replayed boolean, same_body boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  new_id uuid := (p_tenant ->> 'id')::uuid; user_id uuid := (p_admin ->> 'id')::uuid; prefix text; first record;
  until timestamptz := now() + interval '7 days';
begin
  if p_idempotency is not null then
    insert into plat.tenant_openings (admin_id, key, body_hash, tenant_id)
      values ((p_actor ->> 'actor_id')::uuid, p_idempotency, p_body_hash, new_id) on conflict do nothing;
    if not found then
      select o.body_hash, t.id, t.slug, t.plan_id, t.reference_prefix into first
        from plat.tenant_openings o left join app.tenants t on t.id = o.tenant_id
       where o.admin_id = (p_actor ->> 'actor_id')::uuid and o.key = p_idempotency;
      return query select first.id, first.slug, first.plan_id, first.reference_prefix, null::timestamptz, true, first.body_hash = p_body_hash;
      return;
    end if;
  end if;
  select u.candidate into prefix from unnest(p_prefixes) with ordinality as u (candidate, n)
   where not exists (select 1 from app.tenants t where t.reference_prefix = u.candidate) order by u.n limit 1;
  insert into app.tenants (id, slug, name_ar, name_en, kind, status, branding, settings, reference_prefix, licence, plan_id)
    values (new_id, p_tenant ->> 'slug', p_tenant ->> 'name_ar', p_tenant ->> 'name_en', p_tenant ->> 'kind', 'active',
      p_tenant -> 'branding', p_tenant -> 'settings', coalesce(prefix, p_prefixes[1]), nullif(p_tenant -> 'licence', 'null'), p_tenant ->> 'plan_id');
  insert into app.tenant_counters (tenant_id) values (new_id);
  insert into app.tenant_keys (tenant_id, id, wrapped) values (new_id, p_key, p_wrapped);
  insert into app.users (tenant_id, id, email, name, role) values (new_id, user_id, p_admin ->> 'email', p_admin ->> 'name', 'tenant_admin');
  -- Nobody of the tenant is there yet to invite: the row names the one it lets in.
  insert into app.invitations (tenant_id, id, user_id, token_hash, invited_by, expires_at)
    values (new_id, gen_random_uuid(), user_id, p_invitation, user_id, until);
  insert into app.catalog_items (tenant_id, id, slug, kind, status, title_ar, title_en, summary_ar, summary_en, story_ar, story_en, price, target,
      suggested, zakat_eligible, overfunding, tags, position)
    select new_id, (i ->> 'id')::uuid, i ->> 'slug', i ->> 'kind', 'draft', i #>> '{title,ar}', i #>> '{title,en}', i #>> '{summary,ar}',
      i #>> '{summary,en}', i #>> '{story,ar}', i #>> '{story,en}', (i ->> 'price')::bigint, (i ->> 'target')::bigint,
      array(select s::bigint from jsonb_array_elements_text(i -> 'suggested') as e (s)), (i ->> 'zakat_eligible')::boolean, i -> 'overfunding',
      array(select g from jsonb_array_elements_text(i -> 'tags') as e (g)), n::int
    from jsonb_array_elements(p_items) with ordinality as u (i, n);
  insert into app.item_totals (tenant_id, item_id, stock)
    select new_id, (i ->> 'id')::uuid, (i ->> 'stock')::bigint from jsonb_array_elements(p_items) as u (i);
  perform plat.note_platform(new_id, 'tenant.open', 'tenant', new_id::text, jsonb_build_object('after', jsonb_build_object('slug', p_tenant ->> 'slug',
    'kind', p_tenant ->> 'kind', 'plan', p_tenant ->> 'plan_id', 'reference_prefix', prefix, 'items', jsonb_array_length(p_items))), p_actor);
  return query select new_id, p_tenant ->> 'slug', p_tenant ->> 'plan_id', prefix, until, false, true;
end $$;

revoke execute on function plat.open_tenant(jsonb, text[], uuid, bytea, jsonb, bytea, jsonb, text, bytea, jsonb),
  plat.plan_of(), plat.list_plans(), plat.set_plan_limits(text, bigint, bigint, bigint, bigint, jsonb),
  plat.set_tenant_plan(uuid, text, jsonb), plat.list_tenants() from public;
grant execute on function plat.plan_of() to sadu_tenant;
grant execute on function plat.open_tenant(jsonb, text[], uuid, bytea, jsonb, bytea, jsonb, text, bytea, jsonb), plat.list_plans(), plat.set_plan_limits(text, bigint, bigint, bigint, bigint, jsonb),
  plat.set_tenant_plan(uuid, text, jsonb), plat.list_tenants() to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
