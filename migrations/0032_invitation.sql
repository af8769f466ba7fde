-- A one-time link by which somebody who was added gets in: 256 random bits, of which the row keeps the SHA-256. Seven days, one use.
create table app.invitations (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  invited_by uuid not null,
  state text not null default 'open' check (state in ('open', 'used', 'withdrawn')),
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, user_id) references app.users (tenant_id, id),
  foreign key (tenant_id, invited_by) references app.users (tenant_id, id)
);
-- At most one open invitation a user.
create unique index invitations_open on app.invitations (tenant_id, user_id) where state = 'open';
create index invitations_user on app.invitations (tenant_id, user_id, created_at);
alter table app.invitations enable row level security;
alter table app.invitations force row level security;
create policy tenant_guard on app.invitations as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.invitations for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.invitations to sadu_tenant;

-- A sign-in that began from such a link remembers which, so that only the browser that opened it can use it.
alter table app.auth_handoffs add column invitation_hash bytea check (octet_length(invitation_hash) = 32);
