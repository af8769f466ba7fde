-- The catalog gate: what must hold of every table, policy, function and role for the tenants to be apart. One row a violation;
-- none may come back. Run with search_path = pg_catalog as a superuser; `gate_mutations.txt` proves that it finds what it should.
with tt as (
  select c.oid, c.relname, c.relrowsecurity as rs, c.relforcerowsecurity as fs, c.relowner,
    case when c.relname = 'tenants' then 'id' else 'tenant_id' end as tenant_key,
    exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_t,
    exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'uuid'::regtype) as has_tnn,
    has_table_privilege('sadu_tenant', c.oid, 'select, insert, update, delete')
      or has_any_column_privilege('sadu_tenant', c.oid, 'select, insert, update') as reached
  from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
), lg as (
  select oid, rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
  from pg_roles where rolname in ('sadu_web', 'sadu_worker', 'sadu_jobs', 'sadu_platform', 'sadu_tenant')
), definers (name, owner) as (
  values ('resolve_host', 'sadu_cross'), ('high_water', 'sadu_cross'), ('schema_version', 'sadu_cross'),
         ('audit_append', 'sadu_audit'), ('audit_heads', 'sadu_cross'), ('audit_hashes', 'sadu_cross'), ('tenant_ids', 'sadu_cross'),
         ('platform_audit_append', 'sadu_audit'), ('list_tenants', 'sadu_cross'), ('set_tenant_status', 'sadu_cross'),
         ('act_as', 'sadu_cross'), ('end_due_support', 'sadu_cross'),
         ('domain_states', 'sadu_cross'), ('domain_available', 'sadu_cross'), ('activate_domain', 'sadu_cross'),
         ('plan_of', 'sadu_cross'), ('open_tenant', 'sadu_cross'), ('close_tenant', 'sadu_cross'), ('note_tenant_export', 'sadu_cross'),
         ('keep_slug', 'sadu_cross'),
         ('list_plans', 'sadu_cross'), ('set_plan_limits', 'sadu_cross'), ('set_tenant_plan', 'sadu_cross'),
         ('release_domain', 'sadu_cross'), ('domains_due', 'sadu_cross'), ('note_domain_check', 'sadu_cross'),
         ('claim_outbox', 'sadu_cross'), ('outbox_sums', 'sadu_cross'), ('job_sums', 'sadu_jobs'), ('dead_jobs', 'sadu_jobs'), ('replay_job', 'sadu_jobs')
), wider (tab, policy, role) as (
  values ('app.tenants', 'xt_read', 'sadu_cross'), ('app.tenant_counters', 'xt_read', 'sadu_cross'),
         ('app.audit_logs', 'audit_write', 'sadu_audit'), ('app.audit_heads', 'audit_head', 'sadu_audit'),
         ('app.audit_logs', 'xt_read', 'sadu_cross'), ('app.audit_heads', 'xt_read', 'sadu_cross'),
         ('app.tenants', 'xt_state', 'sadu_cross'), ('app.tenant_counters', 'xt_state', 'sadu_cross'),
         ('app.users', 'xt_read', 'sadu_cross'), ('app.item_totals', 'xt_read', 'sadu_cross'), ('app.allocations', 'xt_read', 'sadu_cross'), ('app.support_sessions', 'xt_support', 'sadu_cross'),
         ('app.domain_claims', 'xt_read', 'sadu_cross'), ('app.catalog_items', 'xt_read', 'sadu_cross'),
         ('app.tenants', 'xt_open', 'sadu_cross'), ('app.tenant_counters', 'xt_open', 'sadu_cross'), ('app.tenant_keys', 'xt_open', 'sadu_cross'),
         ('app.users', 'xt_open', 'sadu_cross'), ('app.invitations', 'xt_open', 'sadu_cross'), ('app.catalog_items', 'xt_open', 'sadu_cross'),
         ('app.item_totals', 'xt_open', 'sadu_cross'), ('app.sessions', 'xt_close', 'sadu_cross'), ('app.sessions', 'xt_close_read', 'sadu_cross'),
         ('app.outbox', 'xt_claim', 'sadu_cross'), ('app.media', 'xt_read', 'sadu_cross')
), erasure (oid) as (
  select p.polrelid from pg_policy p join tt on tt.oid = p.polrelid
   where p.polname = 'erasure' and p.polpermissive and p.polcmd = '*' and p.polroles = array['sadu_owner'::regrole::oid]
     and pg_get_expr(p.polqual, p.polrelid) = format('(%s IN ( SELECT app.erasing() AS erasing))', tt.tenant_key)
     and pg_get_expr(p.polwithcheck, p.polrelid) = 'false'
)
select 'R01 row security not enabled and forced' as rule, relname::text as obj from tt where not (rs and fs)
union all
select 'R02 no NOT NULL uuid tenant_id', relname from tt where not has_tnn and relname <> 'tenants'
union all
select 'R03 no canonical restrictive guard', relname from tt where reached and not exists (
  select 1 from pg_policy p
   where p.polrelid = tt.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = array['sadu_tenant'::regrole::oid]
     and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
     and pg_get_expr(p.polqual, p.polrelid) = format('(%s = ( SELECT app.tenant() AS tenant))', tt.tenant_key))
union all
select 'R04 table not owned by sadu_owner', relname from tt where relowner <> 'sadu_owner'::regrole
union all
select 'R05 foreign key without the pair of tenant_id: ' || k.conname, c.relname
  from pg_constraint k join tt c on c.oid = k.conrelid join tt f on f.oid = k.confrelid
 where k.contype = 'f' and f.relname <> 'tenants' and f.has_t and not exists (
   select 1 from generate_subscripts(k.conkey, 1) i
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[i]
     join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[i]
    where a.attname = 'tenant_id' and b.attname = 'tenant_id')
union all
select 'R06 unique index without tenant_id: ' || i.relname, c.relname
  from pg_index x join tt c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
 where x.indisunique and c.relname <> 'tenants'
   and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = any (x.indkey::int2[]))
union all
select 'R07 view without security_invoker', c.relname from pg_class c
 where c.relnamespace in ('app'::regnamespace, 'plat'::regnamespace) and c.relkind = 'v'
   and not coalesce(c.reloptions @> array['security_invoker=true'], false)
union all
select 'R08 materialised view or foreign table within reach', c.relname from pg_class c, lg
 where c.relnamespace in ('app'::regnamespace, 'plat'::regnamespace) and c.relkind in ('m', 'f') and has_table_privilege(lg.oid, c.oid, 'select')
union all
select 'R09 definer function not pinned, owned or allow-listed', p.oid::regprocedure::text
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles o on o.oid = p.proowner
 where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
   and (n.nspname <> 'plat' or not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
        or not exists (select 1 from definers d where d.name = p.proname and d.owner = o.rolname))
union all
select 'R10 function executable by PUBLIC', p.oid::regprocedure::text from pg_proc p
 where p.pronamespace in ('app'::regnamespace, 'plat'::regnamespace)
   and (p.proacl is null or exists (select 1 from aclexplode(p.proacl) a where a.grantee = 0))
union all
select 'R11 runtime role has a forbidden attribute', rolname from lg where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
union all
select 'R12 runtime role is a member of ' || r.rolname, lg.rolname from lg, pg_roles r
 where r.rolname not in (lg.rolname, 'sadu_tenant') and not r.rolsuper and pg_has_role(lg.oid, r.oid, 'member')
union all
select 'R12 the console is a member of sadu_tenant', 'sadu_platform' where pg_has_role('sadu_platform', 'sadu_tenant', 'member')
union all
select 'R13 runtime role can create in schema ' || n.nspname, lg.rolname from lg, pg_namespace n
 where has_schema_privilege(lg.oid, n.oid, 'create') and n.nspname !~ '^pg_temp'
   and not (lg.rolname = 'sadu_jobs' and n.nspname = 'jobs')
union all
select 'R14 runtime role can create temporary tables', lg.rolname from lg where has_database_privilege(lg.oid, current_database(), 'temp')
union all
select 'R15 TRUNCATE, REFERENCES or TRIGGER granted', tt.relname || ' to ' || lg.rolname from tt, lg
 where has_table_privilege(lg.oid, tt.oid, 'truncate, references, trigger')
union all
select 'R16 function of a policy is not STABLE', p.oid::regprocedure::text from pg_proc p
 where p.provolatile <> 's' and p.pronamespace <> 'pg_catalog'::regnamespace
   and p.oid in (select d.refobjid from pg_depend d where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass)
union all
select 'R17 policy for PUBLIC', polname || ' on ' || polrelid::regclass from pg_policy where 0 = any (polroles)
union all
select 'R18 policy of another role not allow-listed', p.polname || ' on ' || p.polrelid::regclass
  from pg_policy p, unnest(p.polroles) as r (oid) join pg_roles o on o.oid = r.oid
 where p.polpermissive and o.rolname <> 'sadu_tenant'
   and not exists (select 1 from wider w where w.tab = p.polrelid::regclass::text and w.policy = p.polname and w.role = o.rolname)
   and not (p.polname = 'erasure' and p.polrelid in (select oid from erasure))
union all
select 'R19 large-object function executable', p.oid::regprocedure::text || ' by ' || lg.rolname from pg_proc p, lg
 where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '^lo_(creat|create|from_bytea|open|get|put|unlink|import|export)$'
   and has_function_privilege(lg.oid, p.oid, 'execute')
union all
select 'R20 sadu_cross may write, or read a whole table', relname from tt
 where has_table_privilege('sadu_cross', oid, 'select, insert, update')
    or (has_table_privilege('sadu_cross', oid, 'delete') and relname <> 'outbox')   -- claim_outbox takes what it hands on
union all
select 'R21 index does not lead with tenant_id: ' || i.relname, c.relname
  from pg_index x join tt c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
 where c.relname <> 'tenants'
   and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = x.indkey[0])
union all
select 'R22 sadu_audit reaches beyond the audit log', relname from tt
 where relname not in ('audit_logs', 'audit_heads') and has_table_privilege('sadu_audit', oid, 'select, insert, update, delete')
union all
select 'R22 sadu_audit may change the audit log', relname from tt where relname = 'audit_logs' and has_table_privilege('sadu_audit', oid, 'update, delete')
union all
select 'R22 a runtime role may change the audit log', tt.relname || ' by ' || lg.rolname from tt, lg
 where tt.relname in ('audit_logs', 'audit_heads') and has_table_privilege(lg.oid, tt.oid, 'insert, update, delete')
union all
select 'R23 tenant role reaches a table of plat', c.relname || ' by ' || lg.rolname from pg_class c, lg
 where c.relnamespace = 'plat'::regnamespace and c.relkind in ('r', 'p', 'v') and lg.rolname <> 'sadu_platform'
   and (has_table_privilege(lg.oid, c.oid, 'select, insert, update, delete') or has_any_column_privilege(lg.oid, c.oid, 'select, insert, update'))
union all
select 'R24 foreign key changes rows by itself: ' || k.conname, c.relname from pg_constraint k join tt c on c.oid = k.conrelid
 where k.contype = 'f' and (k.confdeltype <> 'a' or k.confupdtype <> 'a')
union all
select 'R25 login reaches a tenant table outside sadu_tenant', tt.relname || ' by ' || lg.rolname from tt, lg
 where lg.rolname <> 'sadu_tenant' and has_table_privilege(lg.oid, tt.oid, 'select, insert, update, delete')
   and not (select rolinherit from pg_roles r where r.oid = lg.oid)
union all
select 'R26 rows that no deletion of their tenant reaches', relname from tt where oid not in (select oid from erasure)
order by 1, 2
