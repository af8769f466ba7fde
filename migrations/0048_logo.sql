-- A tenant's logo is a picture of no item. It goes the way of the others: drawn anew before anybody sees it.
alter table app.media
  add column purpose text not null default 'item' check (purpose in ('item', 'logo')),
  add constraint media_logo_of_no_item check (purpose = 'item' or item_id is null);
create index on app.media (tenant_id, uploaded_at desc) where purpose = 'logo';
