-- The hot write: up to 256 orders of one tenant in one call. Arrays run parallel, one element an order; l_* one element a line.
-- Returns the seq before the first new event, the ids that were new, and the totals that moved, as they now stand. A key that
-- already stood leaves no trace here; the caller reads its first answer in a later statement.
-- A batch of one is as common as a quiet hour, and the set form costs it half as much again: plan nodes that are set up for one
-- row each. So one order is written by plain statements; both forms write the same columns.
create function app.place_orders(
  t uuid, p_at timestamptz,
  ids uuid[], kinds text[], statuses text[], refs text[], lines jsonb[], sums bigint[],
  donor_ids uuid[], d_name bytea[], d_phone bytea[], d_email bytea[], d_hmac bytea[],
  anon boolean[], hide boolean[], methods text[], langs text[], notes text[], gifts jsonb[], attrs jsonb[], expiries timestamptz[],
  made timestamptz[],
  k_actor text[], k_route text[], k_key text[], k_hash bytea[], k_response text[],
  e_data jsonb[],
  l_order uuid[], l_item uuid[], l_awaiting bigint[], l_pieces bigint[],
  out base bigint, out fresh uuid[], out totals jsonb)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  n int := cardinality(ids);
  k int;
begin
  -- First lock: one writer a tenant in the whole cluster.
  update app.tenant_counters c set seq = c.seq + n where c.tenant_id = t returning c.seq - n into base;
  if base is null then raise exception 'tenant has no counters' using errcode = '42501'; end if;

  if n = 1 then
    insert into app.idempotency_keys (tenant_id, actor, route, key, body_hash, status, response, op_id, created_at)
    values (t, k_actor[1], k_route[1], k_key[1], k_hash[1], 201, k_response[1], ids[1], p_at)
    on conflict do nothing;
    if found then fresh := ids; k := 1; else k := 0; end if;
  else
    with key as (
      insert into app.idempotency_keys (tenant_id, actor, route, key, body_hash, status, response, op_id, created_at)
      select t, u.actor, u.route, u.key, u.hash, 201, u.response, u.id, p_at
        from unnest(ids, k_actor, k_route, k_key, k_hash, k_response) as u (id, actor, route, key, hash, response)
      on conflict do nothing
      returning op_id
    )
    select array_agg(op_id) into fresh from key;
    k := coalesce(cardinality(fresh), 0);
  end if;
  if k < n then
    update app.tenant_counters c set seq = base + k where c.tenant_id = t;   -- replays take no number: no gap
  end if;
  if k = 0 then return; end if;

  if n = 1 then
    insert into app.donors (tenant_id, id, name_sealed, phone_sealed, email_sealed, phone_hmac, created_at)
    values (t, donor_ids[1], d_name[1], d_phone[1], d_email[1], d_hmac[1], p_at);
    insert into app.orders (tenant_id, id, kind, status, reference, items, total, donor_id, anonymous, hide_amount, payment_method, lang,
                            note, gift, attribution, expires_at, version, created_at, updated_at)
    values (t, ids[1], kinds[1], statuses[1], refs[1], lines[1], sums[1], donor_ids[1], anon[1], hide[1], methods[1], langs[1],
            notes[1], gifts[1], attrs[1], expiries[1], base + 1, made[1], made[1]);
    insert into app.inbox_events (tenant_id, seq, kind, at, subject_kind, subject_id, data)
    values (t, base + 1, 'order.placed', p_at, 'order', ids[1], e_data[1]);
    insert into app.outbox (tenant_id, id, kind, payload, run_at, created_at)
    values (t, ids[1], 'order_placed', jsonb_build_object('order', ids[1]), p_at, p_at);
  else
    with placed as materialized (
      select u.*, base + row_number() over (order by u.ord) as seq
        from unnest(ids, kinds, statuses, refs, lines, sums, donor_ids, d_name, d_phone, d_email, d_hmac, anon, hide, methods, langs,
                    notes, gifts, attrs, expiries, made, e_data)
          with ordinality as u (id, kind, status, reference, items, total, donor_id, name, phone, email, hmac, anonymous, hide_amount,
                                method, lang, note, gift, attribution, expires_at, made_at, data, ord)
       where k = n or u.id = any (fresh)
    ), donor as (
      insert into app.donors (tenant_id, id, name_sealed, phone_sealed, email_sealed, phone_hmac, created_at)
      select t, donor_id, name, phone, email, hmac, p_at from placed
    ), job as (
      insert into app.outbox (tenant_id, id, kind, payload, run_at, created_at)
      select t, id, 'order_placed', jsonb_build_object('order', id), p_at, p_at from placed
    ), event as (
      insert into app.inbox_events (tenant_id, seq, kind, at, subject_kind, subject_id, data)
      select t, seq, 'order.placed', p_at, 'order', id, data from placed
    )
    insert into app.orders (tenant_id, id, kind, status, reference, items, total, donor_id, anonymous, hide_amount, payment_method, lang,
                            note, gift, attribution, expires_at, version, created_at, updated_at)
    select t, id, kind, status, reference, items, total, donor_id, anonymous, hide_amount, method, lang, note, gift, attribution,
           expires_at, seq, made_at, made_at
      from placed;
  end if;

  if n = 1 and cardinality(l_item) = 1 then
    update app.item_totals m
       set awaiting_transfer = m.awaiting_transfer + l_awaiting[1], reserved = m.reserved + l_pieces[1], version = base + 1
     where m.tenant_id = t and m.item_id = l_item[1]
    returning jsonb_build_array(jsonb_build_array(m.item_id, m.raised, m.in_flight, m.awaiting_transfer, m.pledged, m.donors, m.stock,
                                                  m.reserved, m.version)) into totals;
    if totals is null then raise exception 'an order names an item that is not there' using errcode = 'P0001'; end if;
    return;
  end if;

  with moved as (
    update app.item_totals m
       set awaiting_transfer = m.awaiting_transfer + d.awaiting, reserved = m.reserved + d.pieces, version = base + k
      from (select l.item, sum(l.awaiting)::bigint as awaiting, sum(l.pieces)::bigint as pieces
              from unnest(l_order, l_item, l_awaiting, l_pieces) as l (id, item, awaiting, pieces)
             where k = n or l.id = any (fresh)
             group by l.item) d
     where m.tenant_id = t and m.item_id = d.item
     returning m.item_id, m.raised, m.in_flight, m.awaiting_transfer, m.pledged, m.donors, m.stock, m.reserved, m.version
  )
  select jsonb_agg(jsonb_build_array(item_id, raised, in_flight, awaiting_transfer, pledged, donors, stock, reserved, version))
    into totals from moved;
  -- A line whose item has no totals would be money that no figure shows.
  if coalesce(jsonb_array_length(totals), 0) <> (select count(distinct l.item) from unnest(l_order, l_item) as l (id, item)
                                                  where k = n or l.id = any (fresh)) then
    raise exception 'an order names an item that is not there' using errcode = 'P0001';
  end if;
end $$;
grant execute on function app.place_orders to sadu_tenant;
