-- A tenant that is deleted: what is left of it, and who may take the rest away. The login of the migrations does, as sadu_owner, and
-- reaches a tenant's rows only from the moment that its tombstone stands: so says a policy `erasure` on every table of `app`, which
-- `sadu migrate` gives to each table that has none. No login that serves can make a tombstone.

create table plat.tenant_tombstones (
  id uuid primary key,
  slug text not null unique,
  -- Names of its own that it had. Slug and hosts stay taken for as long as they stand here.
  hosts text[] not null,
  closed_at timestamptz not null,
  archived_at timestamptz not null,
  begun_at timestamptz not null default now(),
  -- Until then its rows are being taken away.
  deleted_at timestamptz check (deleted_at >= begun_at),
  -- Where its audit log ended: what its anchors, which stay, are compared with.
  audit_seq bigint not null,
  audit_hash bytea not null,
  -- Rows that went, by table.
  counts jsonb not null default '{}',
  objects bigint not null,
  jobs bigint not null default 0
);
grant select on plat.tenant_tombstones to sadu_cross;

-- Tenants whose rows are being taken away.
create function app.erasing() returns setof uuid
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id from plat.tenant_tombstones t where t.deleted_at is null;
  end;

-- What is written once stays, but for the rows of a tenant that is being taken away. The platform's own log has no tenant.
create or replace function app.audit_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' and tg_table_schema = 'app' and current_user = 'sadu_owner' then
    if old.tenant_id in (select app.erasing()) then
      return old;
    end if;
  end if;
  raise exception 'audit_logs is append-only' using errcode = '42501';
end $$;

create or replace function app.ledger_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' and current_user = 'sadu_owner' then
    if old.tenant_id in (select app.erasing()) then
      return old;
    end if;
  end if;
  raise exception 'the ledger is append-only' using errcode = '42501';
end $$;

-- The owner's role reaches the keys of such a tenant alone, and takes them first.
create or replace trigger key_in_use before delete on app.tenant_keys for each row
  when (current_user <> 'sadu_owner') execute function app.tenant_key_in_use();

-- What the log says of a closing, for the command that deletes.
grant select (action, at) on app.audit_logs to sadu_cross;

-- The archive, as before, and with the names that the tenant has or had: the platform's rows, by the function that shows it its own.
create or replace function app.export_tables() returns setof text
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select c.relname::text from pg_class c
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege(c.oid, 'select')
    union all
    select 'tenant_domains' order by 1;
  end;

create or replace function app.export_rows(p_table text, p_after jsonb, p_limit int) returns setof jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  own text := case p_table when 'tenants' then 'id' else 'tenant_id' end; mine text; theirs text;
begin
  if p_table = 'tenant_domains' then
    return query select to_jsonb(d) || jsonb_build_object('tenant_id', app.tenant()) from plat.domain_states() d
      where p_after is null or d.host > p_after ->> 'host' order by d.host limit p_limit;
    return;
  end if;
  select string_agg(format('x.%I', a.attname), ', ' order by k.n), string_agg(format('r.%I', a.attname), ', ' order by k.n) into mine, theirs
    from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = format('app.%I', p_table)::regclass and i.indisprimary;
  return query execute format('select to_jsonb(x) from app.%1$I x where x.%2$I = app.tenant()
    and ($1 is null or (%3$s) > (select %4$s from jsonb_populate_record(null::app.%1$I, $1) r)) order by %3$s limit $2', p_table, own, mine, theirs)
    using p_after, p_limit;
end $$;

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- The slug of a tenant that was deleted is taken, as if its row were still there.
create function plat.keep_slug() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from plat.tenant_tombstones t where t.slug = new.slug) then
    raise exception 'the slug was a deleted tenant''s' using errcode = '23505', constraint = 'tenants_slug_key';
  end if;
  return new;
end $$;
revoke execute on function plat.keep_slug() from public;
grant execute on function plat.keep_slug() to sadu_owner;

-- As before; and the names of a tenant that was deleted are nobody's to claim.
create or replace function plat.domain_available(p_host text) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select app.tenant() is not null and not exists (
      select 1 from plat.tenant_domains d where d.host = p_host and d.tenant_id <> app.tenant()
        and not (d.state = 'released' and d.released_at < now() - interval '30 days'))
      and not exists (select 1 from plat.tenant_tombstones t where p_host = any (t.hosts));
  end;

create or replace function plat.activate_domain(p_host text, p_seen text[]) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  t uuid := app.tenant(); mine text;
begin
  if t is null then
    raise exception 'no tenant' using errcode = '42501';
  end if;
  select c.token into mine from app.domain_claims c where c.tenant_id = t and c.host = p_host;
  if mine is null then
    return 'no_claim';
  end if;
  if not ('sadu-verify=' || mine = any (p_seen)) then
    return 'unproven';
  end if;
  if exists (select 1 from plat.tenant_tombstones s where p_host = any (s.hosts)) then
    return 'taken';
  end if;
  insert into plat.tenant_domains (host, tenant_id, state, txt_token, verified_at, checked_at)
    values (p_host, t, 'live', mine, now(), now()) on conflict (host) do nothing;
  if found then
    return 'live';
  end if;
  update plat.tenant_domains set tenant_id = t, state = 'live', txt_token = mine, verified_at = now(), checked_at = now(), failures = 0,
      released_at = null
   where host = p_host and (tenant_id = t or (state = 'released' and released_at < now() - interval '30 days'));
  return case when found then 'live' else 'taken' end;
end $$;

-- As before, without a tenant that is being taken away: its host is nobody's, it is not listed, gets no jobs and no anchors, and half of
-- it is no archive.
create or replace function plat.resolve_host(p_slug text, p_domain text) returns table (tenant_id uuid, slug text, status text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select found.id, found.slug, found.status from (
      select t.id, t.slug, t.status from app.tenants t where t.slug = p_slug
      union all
      select t.id, t.slug, t.status
        from plat.tenant_domains d join app.tenants t on t.id = d.tenant_id
       where p_slug is null and d.host = p_domain and d.state = 'live') found
     where not exists (select 1 from plat.tenant_tombstones s where s.id = found.id)
    limit 1;
  end;

create or replace function plat.tenant_ids() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id from app.tenants t where not exists (select 1 from plat.tenant_tombstones s where s.id = t.id) order by t.id;
  end;

create or replace function plat.list_tenants() returns table (id uuid, slug text, name_ar text, name_en text, kind text, status text,
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
    from app.tenants t where not exists (select 1 from plat.tenant_tombstones s where s.id = t.id) order by t.created_at, t.id;
  end;

create or replace function plat.note_tenant_export(p_tenant uuid, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_slug text;
begin
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.slug into found_slug from app.tenants t
   where t.id = p_tenant and t.status = 'closed' and not exists (select 1 from plat.tenant_tombstones s where s.id = t.id);
  if found_slug is not null then
    perform plat.note_platform(p_tenant, 'tenant.export', 'tenant', p_tenant::text, '{}', p_actor);
  end if;
  return found_slug;
end $$;

set role sadu_owner;
revoke create on schema plat from sadu_cross;
create trigger keep_slug before insert on app.tenants for each row execute function plat.keep_slug();
