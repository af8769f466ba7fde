-- Who was told of what: one row a job, channel and address, written before a message is sent and again once it was taken. A row
-- without sent_at is a message that may or may not have gone out; it is sent again, under the same Message-ID.
create table app.notifications (
  tenant_id uuid not null,
  job_id uuid not null,
  channel text not null check (channel in ('email')),
  recipient_hash bytea not null check (octet_length(recipient_hash) = 32),
  tries int not null default 1,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  primary key (tenant_id, job_id, channel, recipient_hash)
);
alter table app.notifications enable row level security;
alter table app.notifications force row level security;
create policy tenant_guard on app.notifications as restrictive for all to sadu_tenant
  using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
create policy tenant_rw on app.notifications for all to sadu_tenant using (true) with check (true);
grant select, insert, update, delete on app.notifications to sadu_tenant;

-- The hours and days that passed: whichever worker sees it first gives every tenant its job.
set role sadu_jobs;
create table jobs.turns (kind text primary key, at timestamptz not null);
set role sadu_cross;
grant execute on function plat.tenant_ids() to sadu_jobs;

-- What waits, by kind. No payload, and nothing of one tenant's.
set role sadu_owner;
grant create on schema plat to sadu_cross, sadu_jobs;
set role sadu_cross;
create function plat.outbox_sums() returns table (kind text, waiting bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select o.kind, count(*), min(o.run_at) from app.outbox o where o.run_at <= now() group by o.kind;
  end;
revoke execute on function plat.outbox_sums() from public;
grant execute on function plat.outbox_sums() to sadu_jobs;

-- The library's tables come with its own migrations, after these: plpgsql looks for them when it is called.
set role sadu_jobs;
create function plat.job_sums()
  returns table (kind text, waiting bigint, running bigint, pausing bigint, dead bigint, oldest timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select s.kind, sum(s.w)::bigint, sum(s.r)::bigint, sum(s.p)::bigint, sum(s.d)::bigint, min(s.o)
      from (select o.kind, o.waiting as w, 0 as r, 0 as p, 0 as d, o.oldest as o from plat.outbox_sums() o
            union all
            select j.task_identifier,
                   count(*) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now()),
                   count(*) filter (where j.locked_at is not null),
                   count(*) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at > now()),
                   count(*) filter (where j.locked_at is null and j.attempts >= j.max_attempts),
                   min(j.run_at) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now())
              from jobs.jobs j group by 1) s
     group by s.kind order by s.kind;
end $$;

-- Those that failed at every try, latest first. The library notes when the next try would have been: the pause goes off again.
create function plat.dead_jobs(p_most int)
  returns table (id bigint, kind text, tenant_id uuid, tries int, failed_at timestamptz, error text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select j.id, j.task_identifier, split_part(j.queue_name, '/', 1)::uuid, j.attempts::int,
           j.run_at - exp(least(j.attempts, 10)) * interval '1 second', j.last_error
      from jobs.jobs j where j.locked_at is null and j.attempts >= j.max_attempts
     order by j.run_at desc limit p_most;
end $$;

-- One of them again, with all its tries; its kind, or nothing when it is not one of them.
create function plat.replay_job(p_id bigint) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  what text;
begin
  update jobs._private_jobs j set attempts = 0, run_at = now(), last_error = null, updated_at = now()
    from jobs._private_tasks t
   where j.id = p_id and t.id = j.task_id and j.locked_at is null and j.attempts >= j.max_attempts
  returning t.identifier into what;
  return what;
end $$;
revoke execute on function plat.job_sums(), plat.dead_jobs(int), plat.replay_job(bigint) from public;
grant execute on function plat.job_sums(), plat.dead_jobs(int), plat.replay_job(bigint) to sadu_platform;
set role sadu_owner;
revoke create on schema plat from sadu_cross, sadu_jobs;
