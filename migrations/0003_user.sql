-- Staff and administrators of a tenant. Identity is (issuer, subject) once bound; the e-mail only invites.
create table app.users (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('staff', 'tenant_admin')),
  issuer text,
  subject text,
  status text not null default 'invited' check (status in ('invited', 'active', 'disabled')),
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email),
  unique (tenant_id, issuer, subject)
);
alter table app.users enable row level security;
alter table app.users force row level security;
create policy tenant_guard on app.users as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.users for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.users to sadu_tenant;

-- Server-side sessions: the cookie holds 256 random bits, the row only their SHA-256.
create table app.sessions (
  tenant_id uuid not null,
  id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  user_id uuid not null,
  host text not null,
  mfa boolean not null,
  auth_time timestamptz not null,
  authz_epoch bigint not null default 0,
  csrf_secret bytea not null,
  refresh_sealed bytea,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, user_id) references app.users (tenant_id, id)
);
alter table app.sessions enable row level security;
alter table app.sessions force row level security;
create policy tenant_guard on app.sessions as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.sessions for all to sadu_tenant using (true) with check (true);
grant select, insert, update, delete on app.sessions to sadu_tenant;

-- One sign-in on its way: from the tenant's host to the provider, to the auth host, and back by a one-time code.
create table app.auth_handoffs (
  tenant_id uuid not null references app.tenants (id),
  id uuid not null,
  host text not null,
  state text not null default 'started' check (state in ('started', 'ready', 'done')),
  nonce_hash bytea not null,
  oidc_nonce text not null,
  pkce_verifier_sealed bytea not null,
  code_hash bytea,
  return_to text not null,
  user_id uuid,
  mfa boolean,
  auth_time timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, code_hash),
  foreign key (tenant_id, user_id) references app.users (tenant_id, id)
);
alter table app.auth_handoffs enable row level security;
alter table app.auth_handoffs force row level security;
create policy tenant_guard on app.auth_handoffs as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.auth_handoffs for all to sadu_tenant using (true) with check (true);
grant select, insert, update, delete on app.auth_handoffs to sadu_tenant;
