-- Reading the audit log: by person, by action, by thing. An admin's write is rare, so three more indexes cost nobody anything.
create index audit_logs_actor on app.audit_logs (tenant_id, actor_id, seq desc);
create index audit_logs_action on app.audit_logs (tenant_id, action, seq desc);
create index audit_logs_object on app.audit_logs (tenant_id, object_type, object_id, seq desc);

-- What the anchoring job needs of every tenant: where its chain ends, and the hash of an entry that was anchored before, so that
-- it never anchors a chain that was written anew. Nothing of what an entry says comes out.
grant select (tenant_id, seq, hash) on app.audit_heads to sadu_cross;
grant select (tenant_id, seq, hash) on app.audit_logs to sadu_cross;
create policy xt_read on app.audit_heads for select to sadu_cross using (true);
create policy xt_read on app.audit_logs for select to sadu_cross using (true);

grant create on schema plat to sadu_cross;
set role sadu_cross;

create function plat.audit_heads() returns table (tenant_id uuid, seq bigint, hash bytea)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select h.tenant_id, h.seq, h.hash from app.audit_heads h where h.seq > 0 order by h.tenant_id;
  end;

create function plat.audit_hashes(p_tenant uuid, p_seqs bigint[]) returns table (seq bigint, hash bytea)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select l.seq, l.hash from app.audit_logs l where l.tenant_id = p_tenant and l.seq = any (p_seqs);
  end;

-- Every tenant there is: for the commands that go through all of them.
create function plat.tenant_ids() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select t.id from app.tenants t order by t.id;
  end;

revoke execute on function plat.audit_heads(), plat.audit_hashes(uuid, bigint[]), plat.tenant_ids() from public;
grant execute on function plat.audit_heads(), plat.audit_hashes(uuid, bigint[]), plat.tenant_ids() to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross;
