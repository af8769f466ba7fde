-- What of a tenant's settings is saved by itself has a revision of its own: the account, and questions with terms. A save of one is no
-- conflict for who has another open.
alter table app.tenants
  add column bank_revision bigint not null default 1 check (bank_revision > 0),
  add column terms_revision bigint not null default 1 check (terms_revision > 0);
grant update (bank_revision, terms_revision) on app.tenants to sadu_tenant;
