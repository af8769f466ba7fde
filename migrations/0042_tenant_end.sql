-- The end of a tenant: closed for good by the platform, and everything it had taken away in one archive.

create policy xt_close on app.sessions for update to sadu_cross using (true) with check (true);
create policy xt_close_read on app.sessions for select to sadu_cross using (true);
grant select (tenant_id, expires_at), update (expires_at) on app.sessions to sadu_cross;

-- Tables whose rows a tenant may read, the parts of a partitioned one as one.
create function app.export_tables() returns setof text
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select c.relname::text from pg_class c
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege(c.oid, 'select')
     order by c.relname;
  end;

-- Rows of one table of the tenant that asks, in the order of their key, those after `p_after`. Who calls it reads what its role may read.
create function app.export_rows(p_table text, p_after jsonb, p_limit int) returns setof jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  own text := case p_table when 'tenants' then 'id' else 'tenant_id' end; mine text; theirs text;
begin
  select string_agg(format('x.%I', a.attname), ', ' order by k.n), string_agg(format('r.%I', a.attname), ', ' order by k.n) into mine, theirs
    from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = format('app.%I', p_table)::regclass and i.indisprimary;
  return query execute format('select to_jsonb(x) from app.%1$I x where x.%2$I = app.tenant()
    and ($1 is null or (%3$s) > (select %4$s from jsonb_populate_record(null::app.%1$I, $1) r)) order by %3$s limit $2', p_table, own, mine, theirs)
    using p_after, p_limit;
end $$;
revoke execute on function app.export_tables(), app.export_rows(text, jsonb, int) from public;
grant execute on function app.export_tables(), app.export_rows(text, jsonb, int) to sadu_tenant;

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- Closes a tenant for good; returns the state it was in, null when there is no such tenant. Its sessions end with it.
create function plat.close_tenant(p_tenant uuid, p_reason text, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  was text; ended bigint;
begin
  if btrim(coalesce(p_reason, '')) = '' then
    raise exception 'a reason is needed' using errcode = '22023';
  end if;
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.status into was from app.tenants t where t.id = p_tenant;
  if was is null or was = 'closed' then
    return was;
  end if;
  update app.tenants set status = 'closed', updated_at = now() where id = p_tenant;
  update app.tenant_counters set config_version = config_version + 1 where tenant_id = p_tenant;
  update app.sessions set expires_at = now() where tenant_id = p_tenant and expires_at > now();
  get diagnostics ended = row_count;
  perform plat.note_platform(p_tenant, 'tenant.close', 'tenant', p_tenant::text,
    jsonb_build_object('before', was, 'after', 'closed', 'reason', p_reason, 'sessions_ended', ended), p_actor);
  return was;
end $$;

-- Notes that everything of a closed tenant is taken away; returns its slug, null when there is no such tenant or it is not closed.
create function plat.note_tenant_export(p_tenant uuid, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_slug text;
begin
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.slug into found_slug from app.tenants t where t.id = p_tenant and t.status = 'closed';
  if found_slug is not null then
    perform plat.note_platform(p_tenant, 'tenant.export', 'tenant', p_tenant::text, '{}', p_actor);
  end if;
  return found_slug;
end $$;

revoke execute on function plat.close_tenant(uuid, text, jsonb), plat.note_tenant_export(uuid, jsonb) from public;
grant execute on function plat.close_tenant(uuid, text, jsonb), plat.note_tenant_export(uuid, jsonb) to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
