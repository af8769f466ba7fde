-- Hosts: which tenant answers on a name. The only look-up that happens before a tenant is known.

create table plat.tenant_domains (
  host text primary key check (host = lower(host) and host !~ '[:/ ]'),
  tenant_id uuid not null references app.tenants (id),
  state text not null check (state in ('pending', 'verified', 'live', 'failed')),
  txt_token text,
  verified_at timestamptz,
  created_at timestamptz not null default now()
);
create index on plat.tenant_domains (tenant_id);
grant select, insert on plat.tenant_domains to sadu_cross;

create table plat.platform_admins (
  id uuid primary key,
  email text not null unique,
  name text not null,
  issuer text,
  subject text,
  created_at timestamptz not null default now(),
  unique (issuer, subject)
);
grant select on plat.platform_admins to sadu_platform;

grant select (version, success) on plat._sqlx_migrations to sadu_cross;

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- By slug (a name under the base domain) or by a live custom domain; never both, never a default.
create function plat.resolve_host(p_slug text, p_domain text) returns table (tenant_id uuid, slug text, status text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id, t.slug, t.status from app.tenants t where t.slug = p_slug
    union all
    select t.id, t.slug, t.status
      from plat.tenant_domains d join app.tenants t on t.id = d.tenant_id
     where p_slug is null and d.host = p_domain and d.state = 'live'
    limit 1;
  end;

-- How far each of these tenants has come: what a process compares with its own memory every two seconds.
create function plat.high_water(p_tenants uuid[]) returns table (tenant_id uuid, seq bigint, config_version bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select c.tenant_id, c.seq, c.config_version from app.tenant_counters c where c.tenant_id = any (p_tenants);
  end;

-- A tenant registers a name of its own; a name that is taken is refused by the key.
create function plat.register_domain(p_host text, p_state text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
  begin atomic
    insert into plat.tenant_domains (host, tenant_id, state, verified_at) values (p_host, app.tenant(), p_state, now());
  end;

-- The newest migration that ran: what readiness compares with the program's own.
create function plat.schema_version() returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select max(m.version) from plat._sqlx_migrations m where m.success;
  end;

revoke execute on function plat.resolve_host(text, text), plat.high_water(uuid[]), plat.register_domain(text, text), plat.schema_version() from public;
grant execute on function plat.resolve_host(text, text), plat.high_water(uuid[]), plat.register_domain(text, text), plat.schema_version() to sadu_tenant;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
