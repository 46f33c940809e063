-- As in 0038, but an account is brought to this moment by asks alone that are decided: by what is stale, or was answered before, nothing moves, as
-- when it comes alone. In one piece: it shares what is known of all accounts.
CREATE OR REPLACE FUNCTION ledger_charge_all(p_accounts text[], p_zones text[], p_asked timestamptz[],
  p_layer_groups int[], p_layer_accounts int[], p_ranks int[], p_hourly bigint[], p_daily bigint[], p_monthly bigint[], p_alerts int[], p_layers text[],
  p_groups int[], p_callers text[], p_keys text[], p_hashes bytea[], p_ids uuid[], p_units bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  at timestamptz;
  newest bigint;
  -- By account: what its windows count, when room comes free in them, and its part of a charge.
  hour_used bigint[]; hour_held bigint[]; day_used bigint[]; day_held bigint[]; month_used bigint[]; month_held bigint[];
  zones text[]; days date[]; months date[]; account_parts jsonb[];
  hour_ends timestamptz[]; day_ends timestamptz[]; month_ends timestamptz[];
  sums bigint[] := array_fill(0::bigint, ARRAY[cardinality(p_accounts)]);
  -- By group.
  firsts int[]; lasts int[]; totals bigint[]; granted_places jsonb[]; others_of jsonb[]; answers jsonb[]; parts jsonb[]; stored jsonb[]; stale boolean[];
  -- By ask.
  again int[];
  is_granted boolean[] := array_fill(false, ARRAY[cardinality(p_units)]);
  refused_groups int[] := '{}'; refused_units bigint[] := '{}'; too_many bigint[];
  l int := 1; n int := 1; i int; place int;
  room bigint; total bigint; granted int[]; others jsonb;
  part jsonb; gauges jsonb; layer jsonb; a ledger_accounts;
  best int; best_cap int; least_left bigint; latest timestamptz; remaining bigint; resets timestamptz;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM pg_advisory_xact_lock(keys.spot) FROM (
    SELECT DISTINCT hashtextextended(asked.caller || E'\n' || asked.key, 14) AS spot FROM unnest(p_callers, p_keys) asked(caller, key)
    ORDER BY spot) keys;
  PERFORM ledger_lock_all(p_accounts, p_zones);
  at := ledger_now();
  newest := (SELECT coalesce(max(seq), 0) FROM audit.seq);
  FOR g IN 1 .. cardinality(p_asked) LOOP stale[g] := coalesce(at > p_asked[g] + interval '1 second', false); END LOOP;
  SELECT array_agg(asked.n::int) INTO again FROM unnest(p_callers, p_keys) WITH ORDINALITY asked(caller, key, n)
    CROSS JOIN LATERAL (SELECT FROM ledger_charges c WHERE c.caller = asked.caller AND c.key = asked.key LIMIT 1) known;
  -- An account moves with the first ask that is decided: of a group that is not stale, one whose key is new.
  PERFORM ledger_settle_all(array_agg(p_accounts[moved.i]), array_agg(p_zones[moved.i]), at) FROM (
    SELECT DISTINCT layers.i FROM unnest(p_layer_groups, p_layer_accounts) layers(g, i) WHERE layers.g IN (
      SELECT asked.g FROM unnest(p_groups) WITH ORDINALITY asked(g, n) WHERE NOT stale[asked.g] AND asked.n <> ALL (coalesce(again, '{}')))) moved;
  SELECT array_agg(ring.used ORDER BY asked.n), array_agg(ring.held ORDER BY asked.n), array_agg(to_timestamp((ring.oldest + 61) * 60) ORDER BY asked.n),
      array_agg(kept.day_used ORDER BY asked.n), array_agg(kept.day_held ORDER BY asked.n),
      array_agg(kept.month_used ORDER BY asked.n), array_agg(kept.month_held ORDER BY asked.n),
      array_agg(kept.zone ORDER BY asked.n), array_agg(kept.day ORDER BY asked.n), array_agg(kept.month ORDER BY asked.n),
      array_agg(jsonb_build_object('account', kept.account, 'zone', kept.zone, 'minute', kept.minute, 'day', kept.day, 'month', kept.month,
        'over', 0, 'turns', jsonb_build_array(kept.hour_turn, kept.day_turn, kept.month_turn)) ORDER BY asked.n)
    INTO hour_used, hour_held, hour_ends, day_used, day_held, month_used, month_held, zones, days, months, account_parts
    FROM unnest(p_accounts) WITH ORDINALITY asked(account, n) JOIN ledger_accounts kept ON kept.account = asked.account
    -- The minute that frees room first; of an hour in which nothing is, the one that is charged now.
    CROSS JOIN LATERAL (SELECT sum(u)::bigint AS used, sum(h)::bigint AS held,
        coalesce(min(kept.minute - (kept.minute - bucket + 1) % 61) FILTER (WHERE u + h > 0), kept.minute) AS oldest
      FROM unnest(kept.hour_used, kept.hour_held) WITH ORDINALITY ring(u, h, bucket)) ring;
  FOR g IN 1 .. cardinality(p_asked) LOOP
    room := NULL; total := 0; granted := '{}'; others := '{}'; too_many := '{}'; place := 0;
    firsts[g] := l;
    WHILE p_layer_groups[l] = g LOOP
      i := p_layer_accounts[l];
      room := least(room, p_hourly[l] - hour_used[i] - hour_held[i], p_daily[l] - day_used[i] - day_held[i],
        p_monthly[l] - month_used[i] - month_held[i]);
      l := l + 1;
    END LOOP;
    lasts[g] := l - 1;
    WHILE p_groups[n] = g LOOP
      place := place + 1;
      IF n = ANY (again) THEN
        others := others || jsonb_build_object(place, ledger_charge(p_callers[n], p_keys[n], p_hashes[n], p_ids[n], p_units[n], false, NULL,
          p_zones[p_layer_accounts[firsts[g]]], to_jsonb(p_layers[firsts[g] : lasts[g]]::jsonb[]), NULL));
      ELSIF stale[g] THEN
        others := others || jsonb_build_object(place, jsonb_build_object('outcome', 'stale'));
      ELSIF p_units[n] <= room OR room IS NULL THEN
        room := room - p_units[n];
        total := total + p_units[n];
        granted := granted || place;
        is_granted[n] := true;
      ELSIF NOT p_units[n] = ANY (too_many) THEN
        too_many := too_many || p_units[n];
        refused_groups := refused_groups || g;
        refused_units := refused_units || p_units[n];
      END IF;
      n := n + 1;
    END LOOP;
    IF total > 0 THEN
      FOR j IN firsts[g] .. lasts[g] LOOP
        i := p_layer_accounts[j];
        sums[i] := sums[i] + total;
        hour_used[i] := hour_used[i] + total;
        day_used[i] := day_used[i] + total;
        month_used[i] := month_used[i] + total;
      END LOOP;
    END IF;
    totals[g] := total;
    granted_places[g] := to_jsonb(granted);
    others_of[g] := others;
  END LOOP;
  UPDATE ledger_accounts kept SET hour_used[(kept.minute % 61)::int + 1] = kept.hour_used[(kept.minute % 61)::int + 1] + added.units,
      day_used = kept.day_used + added.units, month_used = kept.month_used + added.units, counted_units = kept.counted_units + added.units
    FROM unnest(p_accounts, sums) added(account, units) WHERE kept.account = added.account AND added.units > 0;
  FOR j IN 1 .. cardinality(p_accounts) LOOP
    IF zones[j] = zones[j - 1] AND days[j] = days[j - 1] AND months[j] = months[j - 1] THEN
      day_ends[j] := day_ends[j - 1];
      month_ends[j] := month_ends[j - 1];
    ELSE
      day_ends[j] := ledger_begin_of(days[j] + 1, zones[j]);
      month_ends[j] := ledger_begin_of((months[j] + interval '1 month')::date, zones[j]);
    END IF;
  END LOOP;
  FOR g IN 1 .. cardinality(p_asked) LOOP
    part := '[]'; gauges := '[]'; best := NULL; least_left := NULL;
    IF totals[g] > 0 THEN
      FOR j IN firsts[g] .. lasts[g] LOOP
        i := p_layer_accounts[j];
        part := part || account_parts[i];
        FOR cap IN 1 .. 3 LOOP
          remaining := CASE cap WHEN 1 THEN p_hourly[j] - hour_used[i] - hour_held[i] WHEN 2 THEN p_daily[j] - day_used[i] - day_held[i]
            ELSE p_monthly[j] - month_used[i] - month_held[i] END;
          CONTINUE WHEN remaining IS NULL OR remaining > least_left;
          resets := CASE cap WHEN 1 THEN hour_ends[i] WHEN 2 THEN day_ends[i] ELSE month_ends[i] END;
          CONTINUE WHEN remaining = least_left AND (resets < latest OR resets = latest AND p_ranks[j] >= p_ranks[best]);
          best := j; best_cap := cap; least_left := remaining; latest := resets;
        END LOOP;
        IF (hour_used[i] + hour_held[i]) * 100 >= p_alerts[j] * p_hourly[j] OR (day_used[i] + day_held[i]) * 100 >= p_alerts[j] * p_daily[j]
            OR (month_used[i] + month_held[i]) * 100 >= p_alerts[j] * p_monthly[j] THEN
          layer := p_layers[j];
          SELECT * INTO a FROM ledger_accounts WHERE account = p_accounts[i];
          PERFORM ledger_crossed(a, layer, ledger_paced(a, layer, 0, at), at);
        END IF;
      END LOOP;
    END IF;
    IF best IS NOT NULL THEN
      i := p_layer_accounts[best];
      layer := p_layers[best];
      gauges := jsonb_build_array(CASE best_cap
        WHEN 1 THEN jsonb_build_object('cap', 'hourly', 'used', hour_used[i], 'held', hour_held[i], 'limit', p_hourly[best])
        WHEN 2 THEN jsonb_build_object('cap', 'daily', 'used', day_used[i], 'held', day_held[i], 'limit', p_daily[best])
        ELSE jsonb_build_object('cap', 'monthly', 'used', month_used[i], 'held', month_held[i], 'limit', p_monthly[best]) END
        || jsonb_build_object('layer', layer -> 'layer', 'resetsAt', latest, 'shadow', false));
      layer := layer #> ARRAY['caps', gauges #>> '{0,cap}'];
      gauges := jsonb_build_array((gauges -> 0) || jsonb_build_object('source', layer -> 'source', 'raised', coalesce(layer -> 'raised', '0')));
    END IF;
    parts[g] := part;
    stored[g] := jsonb_build_object('outcome', 'granted', 'gauges', gauges, 'expiresAt', NULL, 'revision', newest);
    answers[g] := jsonb_build_object('outcome', 'decided', 'granted', granted_places[g], 'gauges', gauges, 'refused', '{}'::jsonb,
      'others', others_of[g], 'revision', newest);
  END LOOP;
  INSERT INTO ledger_charges SELECT (floor(extract(epoch FROM at) / 86400)::bigint % 4)::smallint, asked.caller, asked.key, asked.id, asked.hash,
      'charged', asked.units, parts[asked.g], stored[asked.g] || jsonb_build_object('id', asked.id, 'units', asked.units), at, NULL
    FROM unnest(p_groups, p_callers, p_keys, p_hashes, p_ids, p_units, is_granted) asked(g, caller, key, hash, id, units, is_granted)
    WHERE asked.is_granted;
  FOR j IN 1 .. cardinality(refused_groups) LOOP
    i := refused_groups[j];
    answers[i] := jsonb_set(answers[i], ARRAY['refused', refused_units[j]::text],
      ledger_group_gauges(p_layers[firsts[i] : lasts[i]]::jsonb[], refused_units[j], at));
  END LOOP;
  RETURN to_jsonb(answers);
END $$;
