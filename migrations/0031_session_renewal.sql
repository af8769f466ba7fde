-- The provider is asked again, now and then, whether a session's person still has a place there. The refresh token that asks is
-- sealed with the tenant's key; it waits in the hand-off until the session begins.
alter table app.auth_handoffs add column refresh_sealed bytea;
alter table app.sessions add column verified_at timestamptz not null default now();
