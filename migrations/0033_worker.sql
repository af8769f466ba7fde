-- The outbox, taken on by the worker. Its login sadu_jobs owns the job library's schema and reaches no tenant's table; what is due
-- comes to it through this function alone, and the tenant of a job is the row's column, never a word of its payload.
grant usage on schema plat to sadu_jobs;
grant select (tenant_id, id, kind, payload, run_at), update (run_at), delete on app.outbox to sadu_cross;
create policy xt_claim on app.outbox for all to sadu_cross using (true) with check (true);

grant create on schema plat to sadu_cross;
set role sadu_cross;

-- One round over the tenants that wait: of each at most p_each jobs, less what p_ahead says is under way already, and p_most in all;
-- every tenant's first comes before anybody's second, and where not all of those fit, chance decides. Rows of other kinds than these
-- wait for a program that knows them. Ids are in the order of time, so the primary key is the queue.
create function plat.claim_outbox(p_kinds text[], p_ahead jsonb, p_each int, p_most int)
  returns table (tenant_id uuid, id uuid, kind text, payload jsonb, run_at timestamptz)
  language sql volatile security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with recursive waiting (tenant_id) as (
      (select o.tenant_id from app.outbox o order by o.tenant_id limit 1)
      union all
      select (select o.tenant_id from app.outbox o where o.tenant_id > w.tenant_id order by o.tenant_id limit 1)
        from waiting w where w.tenant_id is not null
    ), turn as (
      select w.tenant_id, h.id, row_number() over (partition by w.tenant_id order by h.id) as place
        from waiting w cross join lateral (
          select o.id from app.outbox o
           where o.tenant_id = w.tenant_id and o.run_at <= now() and o.kind = any (p_kinds)
           order by o.id
           limit greatest(p_each - coalesce((p_ahead ->> w.tenant_id::text)::int, 0), 0)
             for update skip locked) h
       where w.tenant_id is not null
    ), due as (
      select t.tenant_id, t.id from turn t order by t.place, random() limit p_most
    )
    delete from app.outbox o using due d where o.tenant_id = d.tenant_id and o.id = d.id
    returning o.tenant_id, o.id, o.kind, o.payload, o.run_at;
  end;
revoke execute on function plat.claim_outbox(text[], jsonb, int, int) from public;
grant execute on function plat.claim_outbox(text[], jsonb, int, int) to sadu_jobs;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
