-- The pages that a tenant writes itself, in Markdown. A page that it has not written has our own text and no row.
create table app.content_pages (
  tenant_id uuid not null references app.tenants (id),
  slug text not null check (slug in ('about', 'faq', 'policies', 'privacy', 'contact', 'transparency-intro')),
  title_ar text not null default '',
  title_en text not null default '',
  body_ar text not null default '' check (length(body_ar) <= 40000),
  body_en text not null default '' check (length(body_en) <= 40000),
  revision bigint not null default 1 check (revision > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, slug)
);
alter table app.content_pages enable row level security;
alter table app.content_pages force row level security;
create policy tenant_guard on app.content_pages as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.content_pages for all to sadu_tenant using (true) with check (true);
grant select, insert, update on app.content_pages to sadu_tenant;
