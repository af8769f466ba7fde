-- Names of a tenant's own, proven before they are served (ISO-2). A claim is the tenant's; the name itself is the platform's, one
-- tenant's at a time, and for thirty days after it was given up nobody else's.
create table app.domain_claims (
  tenant_id uuid not null references app.tenants (id),
  host text not null check (host = lower(host) and host !~ '[:/ ]'),
  token text not null check (length(token) >= 32),
  created_at timestamptz not null default now(),
  primary key (tenant_id, host)
);
alter table app.domain_claims enable row level security;
alter table app.domain_claims force row level security;
create policy tenant_guard on app.domain_claims as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.domain_claims for all to sadu_tenant using (true) with check (true);
create policy xt_read on app.domain_claims for select to sadu_cross using (true);
grant select, insert, update, delete on app.domain_claims to sadu_tenant;
grant select (tenant_id, host, token) on app.domain_claims to sadu_cross;

alter table plat.tenant_domains drop constraint tenant_domains_state_check;
alter table plat.tenant_domains
  add constraint tenant_domains_state_check check (state in ('pending', 'verified', 'live', 'failed', 'suspended', 'released')),
  add column checked_at timestamptz,
  add column failures int not null default 0,
  add column released_at timestamptz;
grant update on plat.tenant_domains to sadu_cross;

-- It put any free name into service at once.
drop function plat.register_domain(text, text);

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- The names that the tenant has or had.
create function plat.domain_states() returns table (host text, state text, verified_at timestamptz, checked_at timestamptz, failures int,
    released_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select d.host, d.state, d.verified_at, d.checked_at, d.failures, d.released_at
      from plat.tenant_domains d where d.tenant_id = app.tenant() order by d.host;
  end;

-- Whether the tenant may claim a name: nobody's, its own, or given up long enough ago. Who answers on a name is public anyway.
create function plat.domain_available(p_host text) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select app.tenant() is not null and not exists (
      select 1 from plat.tenant_domains d where d.host = p_host and d.tenant_id <> app.tenant()
        and not (d.state = 'released' and d.released_at < now() - interval '30 days'));
  end;

-- Puts a claimed name into service, if what was seen in DNS holds the claim's own token. Two who prove one name at the same moment
-- meet at its key: the second is told that it is taken.
create function plat.activate_domain(p_host text, p_seen text[]) returns text
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

-- Gives a name up: it is served no longer, and its row stays behind as a tombstone.
create function plat.release_domain(p_host text) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update plat.tenant_domains set state = 'released', released_at = now(), txt_token = null
   where host = p_host and tenant_id = app.tenant() and state <> 'released';
  return found;
end $$;

-- Names whose proof was not looked at for a day. Those that the operator put there have none.
create function plat.domains_due() returns table (host text, token text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select d.host, d.txt_token from plat.tenant_domains d
     where d.state = 'live' and d.txt_token is not null and coalesce(d.checked_at, d.created_at) < now() - interval '24 hours'
     order by d.checked_at nulls first limit 100;
  end;

-- Notes what a look at DNS found; the third time in a row that the proof is gone, the name is served no longer. Returns its state.
create function plat.note_domain_check(p_host text, p_token text, p_good boolean) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  d record;
begin
  update plat.tenant_domains set checked_at = now(), failures = case when p_good then 0 else failures + 1 end,
      state = case when not p_good and failures + 1 >= 3 then 'suspended' else state end
   where host = p_host and txt_token = p_token and state = 'live' and coalesce(checked_at, created_at) < now() - interval '23 hours'
   returning tenant_id, state, failures into d;
  if d.state = 'suspended' then
    perform set_config('app.current_tenant', d.tenant_id::text, true);
    perform plat.audit_append(jsonb_build_array(jsonb_build_object('actor_id', 'system', 'actor_role', 'system',
      'action', 'domain.suspend', 'object_type', 'domain', 'object_id', p_host, 'diff', jsonb_build_object('failures', d.failures))));
    perform set_config('app.current_tenant', '', true);
  end if;
  return d.state;
end $$;

revoke execute on function plat.domain_states(), plat.domain_available(text), plat.activate_domain(text, text[]),
  plat.release_domain(text), plat.domains_due(), plat.note_domain_check(text, text, boolean) from public;
grant execute on function plat.domain_states(), plat.domain_available(text), plat.activate_domain(text, text[]),
  plat.release_domain(text) to sadu_tenant;
grant execute on function plat.domains_due(), plat.note_domain_check(text, text, boolean) to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
