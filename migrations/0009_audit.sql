-- Append-only, hash-chained: who did what, when, from where. Written by audit_append() alone, in the caller's transaction.
create table app.audit_logs (
  tenant_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  actor_id text not null,
  actor_role text not null,
  via text,
  ip inet,
  user_agent text,
  request_id text,
  action text not null,
  object_type text not null,
  object_id text,
  diff jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (tenant_id, seq)
);
create table app.audit_heads (tenant_id uuid primary key, seq bigint not null, hash bytea not null);
alter table app.audit_logs enable row level security;
alter table app.audit_logs force row level security;
alter table app.audit_heads enable row level security;
alter table app.audit_heads force row level security;
create policy tenant_guard on app.audit_logs as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_ro on app.audit_logs for select to sadu_tenant using (true);
create policy tenant_guard on app.audit_heads as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_ro on app.audit_heads for select to sadu_tenant using (true);
create policy audit_write on app.audit_logs for insert to sadu_audit with check (tenant_id = (select app.tenant()));
create policy audit_head on app.audit_heads for all to sadu_audit
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
grant select on app.audit_logs, app.audit_heads to sadu_tenant;
grant insert on app.audit_logs to sadu_audit;
grant select, insert, update on app.audit_heads to sadu_audit;

create function app.audit_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin raise exception 'audit_logs is append-only' using errcode = '42501'; end $$;
create trigger no_change before update or delete on app.audit_logs for each row execute function app.audit_immutable();
create trigger no_truncate before truncate on app.audit_logs for each statement execute function app.audit_immutable();

grant create on schema plat to sadu_audit;
set role sadu_audit;
-- entries: [{actor_id, actor_role, via, ip, user_agent, request_id, action, object_type, object_id, diff}, …]
-- Each entry names its actor, or the whole transaction fails: an unaudited admin write cannot commit.
create function plat.audit_append(entries jsonb) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  t uuid := app.tenant(); s bigint; ph bytea; h bytea; e jsonb; at_ timestamptz := clock_timestamp();
begin
  if t is null or jsonb_typeof(entries) <> 'array' or jsonb_array_length(entries) = 0 then
    raise exception 'audit context missing' using errcode = '42501';
  end if;
  insert into app.audit_heads values (t, 0, '\x00') on conflict do nothing;
  select seq, hash into s, ph from app.audit_heads where tenant_id = t for update;
  for e in select * from jsonb_array_elements(entries) loop
    if coalesce(e ->> 'actor_id', '') = '' or coalesce(e ->> 'actor_role', '') = '' or coalesce(e ->> 'action', '') = '' then
      raise exception 'audit context missing' using errcode = '42501';
    end if;
    s := s + 1;
    h := sha256(ph || convert_to(jsonb_build_array(t, s, extract(epoch from at_)::text, e ->> 'actor_id', e ->> 'actor_role',
      e ->> 'via', (e ->> 'ip')::inet, e ->> 'user_agent', e ->> 'request_id', e ->> 'action', e ->> 'object_type', e ->> 'object_id',
      coalesce(e -> 'diff', '{}'))::text, 'UTF8'));
    insert into app.audit_logs values (t, s, at_, e ->> 'actor_id', e ->> 'actor_role', e ->> 'via', (e ->> 'ip')::inet,
      e ->> 'user_agent', e ->> 'request_id', e ->> 'action', e ->> 'object_type', e ->> 'object_id', coalesce(e -> 'diff', '{}'), ph, h);
    ph := h;
  end loop;
  update app.audit_heads set seq = s, hash = h where tenant_id = t;
  return s;
end $$;
revoke execute on function plat.audit_append(jsonb) from public;
grant execute on function plat.audit_append(jsonb) to sadu_tenant;
set role sadu_owner;
revoke create on schema plat from sadu_audit;

-- One row a tenant: how many entries there are, and the first number that does not follow from the one before. The head says
-- where the chain ends: entries cut off its end show as the number after the last that is left.
create view app.audit_verify with (security_invoker = true) as
select h.tenant_id,
  coalesce(min(c.seq) filter (where not c.ok),
    case when h.seq <> coalesce(max(c.seq), 0) or h.hash <> coalesce((array_agg(c.hash order by c.seq desc))[1], '\x00')
         then coalesce(max(c.seq), 0) + 1 end) as first_bad,
  count(c.seq) as entries
from app.audit_heads h
left join (
  select tenant_id, seq, hash,
    hash = sha256(prev_hash || convert_to(jsonb_build_array(tenant_id, seq, extract(epoch from at)::text, actor_id, actor_role, via,
      ip, user_agent, request_id, action, object_type, object_id, diff)::text, 'UTF8'))
    and prev_hash = coalesce(lag(hash) over w, '\x00') and seq = coalesce(lag(seq) over w, 0) + 1 as ok
  from app.audit_logs window w as (partition by tenant_id order by seq)) c on c.tenant_id = h.tenant_id
group by h.tenant_id, h.seq, h.hash;
grant select on app.audit_verify to sadu_tenant;
