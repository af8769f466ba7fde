-- The revision of a tenant's settings, so that no administrator overwrites what another has just saved without seeing it.
alter table app.tenants add column settings_revision bigint not null default 1 check (settings_revision > 0);
