-- The platform's own people: how they sign in, what they may do to a tenant, and the log of it. None of it is a tenant's: the login
-- sadu_platform reaches these tables, and the tenants' rows only through the functions below.

-- Somebody who was dismissed keeps the row, because the log names it.
alter table plat.platform_admins add column dismissed_at timestamptz;

-- One sign-in on its way. Verifier and nonce are derived from the id and a secret outside the database, so nothing here opens anything.
create table plat.platform_handoffs (
  id uuid primary key,
  state text not null default 'started' check (state in ('started', 'claimed', 'ready', 'done')),
  nonce_hash bytea not null check (octet_length(nonce_hash) = 32),
  code_hash bytea unique check (octet_length(code_hash) = 32),
  admin_id uuid references plat.platform_admins (id),
  auth_time timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);

-- No session without a second factor: the check says so to whoever forgets.
create table plat.platform_sessions (
  id uuid primary key,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  admin_id uuid not null references plat.platform_admins (id),
  mfa boolean not null check (mfa),
  auth_time timestamptz not null,
  csrf_secret bytea not null check (octet_length(csrf_secret) = 32),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
grant select, insert, update, delete on plat.platform_handoffs, plat.platform_sessions to sadu_platform;

-- The platform's log: append-only and hash-chained as the tenants' are.
create table plat.platform_audit_logs (
  seq bigint primary key,
  at timestamptz not null,
  actor_id text not null,
  actor_role text not null,
  ip inet,
  user_agent text,
  request_id text,
  action text not null,
  object_type text not null,
  object_id text,
  diff jsonb not null,
  prev_hash bytea not null,
  hash bytea not null
);
create table plat.platform_audit_head (one boolean primary key default true check (one), seq bigint not null, hash bytea not null);
insert into plat.platform_audit_head (seq, hash) values (0, '\x00');
create trigger no_change before update or delete on plat.platform_audit_logs for each row execute function app.audit_immutable();
create trigger no_truncate before truncate on plat.platform_audit_logs for each statement execute function app.audit_immutable();
grant select on plat.platform_audit_logs, plat.platform_audit_head to sadu_platform;
grant insert on plat.platform_audit_logs to sadu_audit;
grant select, update on plat.platform_audit_head to sadu_audit;

grant create on schema plat to sadu_audit;
set role sadu_audit;
create function plat.platform_audit_append(entries jsonb) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s bigint; ph bytea; h bytea; e jsonb; at_ timestamptz := clock_timestamp();
begin
  if jsonb_typeof(entries) <> 'array' or jsonb_array_length(entries) = 0 then
    raise exception 'audit context missing' using errcode = '42501';
  end if;
  select seq, hash into s, ph from plat.platform_audit_head for update;
  for e in select * from jsonb_array_elements(entries) loop
    if coalesce(e ->> 'actor_id', '') = '' or coalesce(e ->> 'actor_role', '') = '' or coalesce(e ->> 'action', '') = '' then
      raise exception 'audit context missing' using errcode = '42501';
    end if;
    s := s + 1;
    h := sha256(ph || convert_to(jsonb_build_array(s, extract(epoch from at_)::text, e ->> 'actor_id', e ->> 'actor_role',
      (e ->> 'ip')::inet, e ->> 'user_agent', e ->> 'request_id', e ->> 'action', e ->> 'object_type', e ->> 'object_id',
      coalesce(e -> 'diff', '{}'))::text, 'UTF8'));
    insert into plat.platform_audit_logs values (s, at_, e ->> 'actor_id', e ->> 'actor_role', (e ->> 'ip')::inet,
      e ->> 'user_agent', e ->> 'request_id', e ->> 'action', e ->> 'object_type', e ->> 'object_id', coalesce(e -> 'diff', '{}'), ph, h);
    ph := h;
  end loop;
  update plat.platform_audit_head set seq = s, hash = h;
  return s;
end $$;
revoke execute on function plat.platform_audit_append(jsonb) from public;
grant execute on function plat.platform_audit_append(jsonb) to sadu_platform, sadu_cross;
grant execute on function plat.audit_append(jsonb) to sadu_cross;
set role sadu_owner;
revoke create on schema plat from sadu_audit;

-- How many entries there are, and the first number that does not follow from the one before; entries cut off the end show too.
create function plat.platform_audit_check() returns table (entries bigint, first_bad bigint)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select count(c.seq),
      coalesce(min(c.seq) filter (where not c.ok),
        case when h.seq <> coalesce(max(c.seq), 0) or h.hash <> coalesce((array_agg(c.hash order by c.seq desc))[1], '\x00')
             then coalesce(max(c.seq), 0) + 1 end)
    from plat.platform_audit_head h
    left join (
      select seq, hash,
        hash = sha256(prev_hash || convert_to(jsonb_build_array(seq, extract(epoch from at)::text, actor_id, actor_role, ip, user_agent,
          request_id, action, object_type, object_id, diff)::text, 'UTF8'))
        and prev_hash = coalesce(lag(hash) over w, '\x00') and seq = coalesce(lag(seq) over w, 0) + 1 as ok
      from plat.platform_audit_logs window w as (order by seq)) c on true
    group by h.seq, h.hash;
  end;
grant execute on function plat.platform_audit_check() to sadu_platform;

-- Somebody of the platform inside a tenant (ISO-8): for a reason, for minutes, and reading only unless the grant says otherwise.
-- The tenant sees every row of its own. Only act_as() makes one.
create table app.support_sessions (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  admin_id uuid not null,
  admin_name text not null,
  reason text not null check (btrim(reason) <> ''),
  ticket text not null check (btrim(ticket) <> ''),
  may_write boolean not null,
  auth_time timestamptz not null,
  granted_at timestamptz not null default now(),
  expires_at timestamptz not null,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  code_expires_at timestamptz not null,
  began_at timestamptz,
  host text,
  token_hash bytea check (octet_length(token_hash) = 32),
  csrf_secret bytea check (octet_length(csrf_secret) = 32),
  ended_at timestamptz,
  end_reason text check (end_reason in ('left', 'expired', 'unused', 'replayed')),
  primary key (tenant_id, id),
  unique (tenant_id, code_hash),
  unique (tenant_id, token_hash),
  constraint support_sessions_time_box check (expires_at > granted_at and expires_at <= granted_at + interval '30 minutes')
);
create index support_sessions_open on app.support_sessions (tenant_id) where ended_at is null;
alter table app.support_sessions enable row level security;
alter table app.support_sessions force row level security;
create policy tenant_guard on app.support_sessions as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.support_sessions for all to sadu_tenant using (true) with check (true);
create policy xt_support on app.support_sessions for all to sadu_cross using (true) with check (true);
grant select on app.support_sessions to sadu_tenant;
grant update (began_at, host, token_hash, csrf_secret, ended_at, end_reason) on app.support_sessions to sadu_tenant;
grant select (tenant_id, id, admin_id, began_at, expires_at, code_expires_at, ended_at),
      insert (tenant_id, id, admin_id, admin_name, reason, ticket, may_write, auth_time, expires_at, code_hash, code_expires_at),
      update (ended_at, end_reason) on app.support_sessions to sadu_cross;

-- What the console sees and does beyond its own tables: columns, not tables; sums, not rows.
create policy xt_state on app.tenants for update to sadu_cross using (true) with check (true);
create policy xt_state on app.tenant_counters for update to sadu_cross using (true) with check (true);
create policy xt_read on app.users for select to sadu_cross using (true);
create policy xt_read on app.item_totals for select to sadu_cross using (true);
grant select (name_ar, name_en, kind, created_at), update (status, updated_at) on app.tenants to sadu_cross;
grant update (config_version) on app.tenant_counters to sadu_cross;
grant select (tenant_id, status) on app.users to sadu_cross;
grant select (tenant_id, raised, donors) on app.item_totals to sadu_cross;

grant create on schema plat to sadu_cross;
set role sadu_cross;

create function plat.list_tenants() returns table (id uuid, slug text, name_ar text, name_en text, kind text, status text,
    created_at timestamptz, staff bigint, raised bigint, donors bigint, domains bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id, t.slug, t.name_ar, t.name_en, t.kind, t.status, t.created_at,
      (select count(*) from app.users u where u.tenant_id = t.id and u.status = 'active'),
      (select coalesce(sum(i.raised), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select coalesce(sum(i.donors), 0)::bigint from app.item_totals i where i.tenant_id = t.id),
      (select count(*) from plat.tenant_domains d where d.tenant_id = t.id and d.state = 'live')
    from app.tenants t order by t.created_at, t.id;
  end;

-- One act of the platform on one tenant, in both logs: the tenant reads there who it was, and via which door.
create function plat.note_platform(p_tenant uuid, p_action text, p_type text, p_object text, p_diff jsonb, p_actor jsonb) returns void
  language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  entry jsonb := jsonb_build_object('actor_id', p_actor ->> 'actor_id', 'actor_role', 'platform_admin',
    'via', 'platform:' || (p_actor ->> 'actor_id'), 'ip', p_actor ->> 'ip', 'user_agent', p_actor ->> 'user_agent',
    'request_id', p_actor ->> 'request_id', 'action', p_action, 'object_type', p_type, 'object_id', p_object, 'diff', p_diff);
begin
  perform set_config('app.current_tenant', p_tenant::text, true);
  perform plat.audit_append(jsonb_build_array(entry));
  perform set_config('app.current_tenant', '', true);
  perform plat.platform_audit_append(jsonb_build_array(jsonb_set(entry, '{diff}', p_diff || jsonb_build_object('tenant', p_tenant))));
end $$;

-- Puts a tenant into a state; returns the one it was in, null when there is no such tenant. One that is closed stays closed.
create function plat.set_tenant_status(p_tenant uuid, p_status text, p_reason text, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  was text;
begin
  if p_status not in ('active', 'collection_suspended', 'suspended') or btrim(coalesce(p_reason, '')) = '' then
    raise exception 'a state and a reason are needed' using errcode = '22023';
  end if;
  -- The first lock of every write, as everywhere.
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.status into was from app.tenants t where t.id = p_tenant;
  if was is null or was in ('closed', p_status) then
    return was;
  end if;
  update app.tenants set status = p_status, updated_at = now() where id = p_tenant;
  update app.tenant_counters set config_version = config_version + 1 where tenant_id = p_tenant;
  perform plat.note_platform(p_tenant, case p_status when 'active' then 'tenant.activate' else 'tenant.suspend' end, 'tenant', p_tenant::text,
    jsonb_build_object('before', was, 'after', p_status, 'reason', p_reason), p_actor);
  return was;
end $$;

-- Lets the actor into a tenant for some minutes; returns the tenant's slug, null when there is none or it shows no pages.
create function plat.act_as(p_tenant uuid, p_id uuid, p_code_hash bytea, p_minutes int, p_write boolean, p_reason text, p_ticket text,
    p_auth_time timestamptz, p_name text, p_actor jsonb) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_slug text; until timestamptz := now() + make_interval(mins => p_minutes);
begin
  perform 1 from app.tenant_counters c where c.tenant_id = p_tenant for update;
  select t.slug into found_slug from app.tenants t
   where t.id = p_tenant and t.status in ('trial', 'active', 'collection_suspended');
  if found_slug is null then
    return null;
  end if;
  insert into app.support_sessions (tenant_id, id, admin_id, admin_name, reason, ticket, may_write, auth_time, expires_at, code_hash, code_expires_at)
    values (p_tenant, p_id, (p_actor ->> 'actor_id')::uuid, p_name, p_reason, p_ticket, p_write, p_auth_time, until, p_code_hash,
      now() + interval '60 seconds');
  perform plat.note_platform(p_tenant, 'support.grant', 'support_session', p_id::text,
    jsonb_build_object('reason', p_reason, 'ticket', p_ticket, 'write', p_write, 'until', until, 'name', p_name), p_actor);
  return found_slug;
end $$;

-- Ends what has run out, a bounded number at a time, with its entry in both logs. Whoever comes at the same moment passes by.
create function plat.end_due_support() returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  due record; ended bigint := 0;
begin
  for due in
    select s.tenant_id, s.id, s.admin_id, s.began_at from app.support_sessions s
     where s.ended_at is null and (s.expires_at <= now() or (s.began_at is null and s.code_expires_at <= now()))
     order by s.tenant_id, s.id limit 100 for update skip locked
  loop
    update app.support_sessions set ended_at = now(), end_reason = case when due.began_at is null then 'unused' else 'expired' end
     where tenant_id = due.tenant_id and id = due.id;
    perform plat.note_platform(due.tenant_id, 'support.end', 'support_session', due.id::text,
      jsonb_build_object('why', case when due.began_at is null then 'unused' else 'expired' end),
      jsonb_build_object('actor_id', due.admin_id));
    ended := ended + 1;
  end loop;
  return ended;
end $$;

revoke execute on function plat.list_tenants(), plat.note_platform(uuid, text, text, text, jsonb, jsonb),
  plat.set_tenant_status(uuid, text, text, jsonb),
  plat.act_as(uuid, uuid, bytea, int, boolean, text, text, timestamptz, text, jsonb), plat.end_due_support() from public;
grant execute on function plat.list_tenants(), plat.set_tenant_status(uuid, text, text, jsonb),
  plat.act_as(uuid, uuid, bytea, int, boolean, text, text, timestamptz, text, jsonb), plat.end_due_support() to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
