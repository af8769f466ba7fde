-- Changing a tenant's data key, and the master key that wraps it. A key in use cannot be dropped, whoever asks: not the newest one,
-- and none that a sealed value still names (or could: values in the form without a key's id name none).
grant update (wrapped), delete on app.tenant_keys to sadu_tenant;

create function app.uses_key(p_sealed bytea, p_key uuid) returns boolean language sql immutable parallel safe
  return p_sealed is not null and (get_byte(p_sealed, 0) = 1 or substring(p_sealed from 2 for 16) = decode(replace(p_key::text, '-', ''), 'hex'));
grant execute on function app.uses_key(bytea, uuid) to sadu_tenant;

create function app.tenant_key_in_use() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from app.tenant_keys k where k.tenant_id = old.tenant_id and (k.created_at, k.id) > (old.created_at, old.id))
     or exists (select from app.donors d where d.tenant_id = old.tenant_id
       and (app.uses_key(d.name_sealed, old.id) or app.uses_key(d.phone_sealed, old.id) or app.uses_key(d.email_sealed, old.id)))
     or exists (select from app.sessions s where s.tenant_id = old.tenant_id and app.uses_key(s.refresh_sealed, old.id))
     or exists (select from app.auth_handoffs h where h.tenant_id = old.tenant_id
       and (app.uses_key(h.pkce_verifier_sealed, old.id) or app.uses_key(h.refresh_sealed, old.id))) then
    raise exception 'the key is in use' using errcode = 'P0001';
  end if;
  return old;
end $$;
create trigger key_in_use before delete on app.tenant_keys for each row execute function app.tenant_key_in_use();
