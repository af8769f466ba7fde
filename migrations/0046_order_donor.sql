-- Finds the orders of a donor, for staff who have somebody on the phone. Ids grow with time, so each row lands at the end.
create index orders_donor on app.orders (tenant_id, donor_id);
