-- What comes back of a charge gives back the delay that it caused, where sending is spread evenly: `smooth_charge` is whose delay
-- `smooth_next` is, at `smooth_rate` units an hour. An alert of a cap that is only watched says so.
ALTER TABLE "ledger_accounts" ADD COLUMN "smooth_charge" uuid;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "smooth_rate" bigint;--> statement-breakpoint
ALTER TABLE "ledger_alerts" ADD COLUMN "watched" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- The total of the platform is one row, and is called like its layer.
UPDATE ledger_accounts SET account = 'platform' WHERE account = 'platform/0';--> statement-breakpoint
UPDATE ledger_holds SET account = 'platform' WHERE account = 'platform/0';--> statement-breakpoint
UPDATE ledger_hours SET account = 'platform' WHERE account = 'platform/0';--> statement-breakpoint
UPDATE ledger_charges SET parts = replace(parts::text, '"platform/0"', '"platform"')::jsonb WHERE parts::text LIKE '%"platform/0"%';
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_save(a ledger_accounts) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE ledger_accounts SET zone = a.zone, minute = a.minute, hour_used = a.hour_used, hour_held = a.hour_held,
    day = a.day, day_used = a.day_used, day_held = a.day_held, month = a.month, month_used = a.month_used,
    month_held = a.month_held, counted_hour = a.counted_hour, counted_units = a.counted_units, counted_over = a.counted_over,
    hour_turn = a.hour_turn, day_turn = a.day_turn, month_turn = a.month_turn,
    smooth_next = a.smooth_next, smooth_charge = a.smooth_charge, smooth_rate = a.smooth_rate
  WHERE account = a.account
$$;
--> statement-breakpoint
-- The delay without so many units of a charge. What passed after that charge waited for it, and has a delay of its own, which stays.
CREATE FUNCTION ledger_unsent(a ledger_accounts, p_charge uuid, p_units bigint) RETURNS ledger_accounts
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF a.smooth_charge = p_charge THEN
    a.smooth_next := a.smooth_next - p_units * interval '1 hour' / a.smooth_rate;
  END IF;
  RETURN a;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_settled(a ledger_accounts, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  was ledger_accounts := a;
  m bigint := floor(extract(epoch FROM p_now) / 60);
  d date := (p_now AT TIME ZONE a.zone)::date;
  t ledger_accounts;
  h ledger_holds;
BEGIN
  a := ledger_rewound(a, p_now);
  IF a IS DISTINCT FROM was THEN
    UPDATE ledger_holds SET expires_at = CASE WHEN minute > m THEN p_now + (expires_at - to_timestamp(minute * 60)) ELSE expires_at END,
      minute = least(minute, a.minute), day = least(day, a.day), month = least(month, a.month)
    WHERE account = a.account;
    IF a.counted_hour > m / 60 THEN
      INSERT INTO ledger_hours AS kept VALUES (a.account, a.counted_hour, a.counted_units, a.counted_over)
        ON CONFLICT (account, hour) DO UPDATE SET units = kept.units + excluded.units, over = kept.over + excluded.over;
      a.counted_hour := m / 60;
      a.counted_units := 0;
      a.counted_over := 0;
    END IF;
  END IF;
  t := ledger_turned(a, p_zone, p_now);
  IF a.zone <> p_zone THEN
    UPDATE ledger_holds SET day = CASE WHEN day = a.day AND d <= a.day THEN t.day ELSE '-infinity'::date END,
      month = CASE WHEN month = a.month AND ledger_month_of(d) <= a.month THEN t.month ELSE '-infinity'::date END
    WHERE account = a.account;
  END IF;
  FOR h IN DELETE FROM ledger_holds WHERE account = a.account AND expires_at <= p_now RETURNING * LOOP
    t := ledger_unsent(ledger_added(t, h.minute, h.day, h.month, 0, -h.units), h.charge, h.units);
  END LOOP;
  IF t IS DISTINCT FROM was THEN PERFORM ledger_save(t); END IF;
  RETURN t;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_seen(p_account text, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a ledger_accounts;
  h ledger_holds;
  zone_was text;
BEGIN
  SELECT * INTO a FROM ledger_accounts WHERE account = p_account;
  IF NOT FOUND THEN RETURN ledger_new(p_account, p_zone, p_now); END IF;
  zone_was := a.zone;
  a := ledger_turned(a, p_zone, p_now);
  FOR h IN SELECT * FROM ledger_holds WHERE account = a.account AND expires_at <= p_now LOOP
    -- What expired in a zone that was is sorted out by whoever charges next.
    IF zone_was = p_zone THEN a := ledger_added(a, h.minute, h.day, h.month, 0, -h.units); END IF;
    a := ledger_unsent(a, h.charge, h.units);
  END LOOP;
  RETURN a;
END $$;
--> statement-breakpoint
-- Puts units into a settled, locked account, or holds them; the account's part of the charge. `p_over`: how many of them a cap that is
-- only watched would have refused; of what is held, it counts with what is used of it.
CREATE OR REPLACE FUNCTION ledger_put(a ledger_accounts, p_id uuid, p_units bigint, p_over bigint, p_ttl int, p_now timestamptz)
RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_ttl IS NULL THEN
    a := ledger_added(a, a.minute, a.day, a.month, p_units, 0);
    a := ledger_counted(a, a.minute, p_units, p_over);
  ELSE
    a := ledger_added(a, a.minute, a.day, a.month, 0, p_units);
    INSERT INTO ledger_holds VALUES (a.account, p_id, p_units, a.minute, a.day, a.month, p_now + make_interval(secs => p_ttl));
  END IF;
  PERFORM ledger_save(a);
  RETURN jsonb_build_object('account', a.account, 'zone', a.zone, 'minute', a.minute, 'day', a.day, 'month', a.month,
    'over', p_over, 'turns', jsonb_build_array(a.hour_turn, a.day_turn, a.month_turn));
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_crossed(a ledger_accounts, p_layer jsonb, p_gauges jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  g jsonb;
  reached smallint;
  turns int[] := ARRAY[a.hour_turn, a.day_turn, a.month_turn];
  total bigint;
  raised_by bigint;
  highest smallint;
BEGIN
  FOR i IN 0 .. 2 LOOP
    g := p_gauges -> i;
    CONTINUE WHEN coalesce((g ->> 'limit')::bigint, 0) = 0;
    total := (g ->> 'used')::bigint + (g ->> 'held')::bigint;
    raised_by := (g ->> 'raised')::bigint;
    highest := NULL;
    FOR reached IN SELECT t::smallint FROM jsonb_array_elements_text(p_layer -> 'alerts') t ORDER BY t::smallint LOOP
      CONTINUE WHEN total * 100 < reached * (g ->> 'limit')::bigint;
      -- An end that is further away than any window was set by a clock that ran ahead.
      CONTINUE WHEN EXISTS (SELECT 1 FROM ledger_crossings c WHERE c.account = a.account AND c.cap = g ->> 'cap'
        AND c.threshold = reached AND c.turn = turns[i + 1] AND c.raised = raised_by
        AND c.until > p_now AND c.until < p_now + interval '32 days');
      INSERT INTO ledger_crossings VALUES (a.account, g ->> 'cap', reached, turns[i + 1], raised_by,
          CASE i WHEN 0 THEN p_now + interval '61 minutes' ELSE (g ->> 'resetsAt')::timestamptz END)
        ON CONFLICT (account, cap, threshold) DO UPDATE SET turn = excluded.turn, raised = excluded.raised, until = excluded.until;
      highest := reached;
    END LOOP;
    IF highest IS NOT NULL THEN
      INSERT INTO ledger_alerts (account, cap, threshold, used, "limit", at, watched)
        VALUES (a.account, g ->> 'cap', highest, total, (g ->> 'limit')::bigint, p_now, (g ->> 'shadow')::boolean);
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
-- Charges every layer or none, or holds (with a time to live in seconds). A granted key is answered from its row, a refused one is asked anew.
-- `p_asked`: when the layers were read; null: now. When the locks took longer than a second they are to be read again (`stale`).
CREATE OR REPLACE FUNCTION ledger_charge(p_caller text, p_key text, p_hash bytea, p_id uuid, p_units bigint, p_partial boolean,
  p_ttl int, p_zone text, p_layers jsonb, p_asked timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known record;
  layer jsonb;
  accounts ledger_accounts[] := '{}';
  layers jsonb[] := '{}';
  a ledger_accounts;
  at timestamptz;
  gauges jsonb := '[]';
  known_gauges jsonb;
  asked bigint := p_units;
  rate bigint;
  parts jsonb := '[]';
  over bigint;
  answer jsonb;
  ends timestamptz;
BEGIN
  -- What is acknowledged is on the disk, whatever the server's default is.
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_caller || E'\n' || p_key, 14));
  -- What is held lives as long as all its holds do: one whose clock was put right ends sooner than was said then.
  SELECT c.hash, c.state, c.answer, jsonb_array_length(c.parts) = (
      SELECT count(*) FROM ledger_holds h JOIN jsonb_array_elements(c.parts) p ON h.account = p ->> 'account'
      WHERE h.charge = c.id AND h.expires_at > ledger_now()) AS lives
    INTO known FROM ledger_charges c WHERE c.caller = p_caller AND c.key = p_key LIMIT 1;
  IF FOUND THEN
    IF known.hash <> p_hash THEN RETURN jsonb_build_object('outcome', 'key-reused'); END IF;
    -- What was given back is not counted: sent under its old answer it would be for nothing.
    IF known.state = 'released' THEN RETURN jsonb_build_object('outcome', 'released'); END IF;
    IF known.state = 'held' AND NOT known.lives THEN RETURN jsonb_build_object('outcome', 'expired'); END IF;
    RETURN known.answer;
  END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    accounts := accounts || ledger_locked_or_new(layer ->> 'account', p_zone);
    layers := layers || layer;
  END LOOP;
  at := ledger_now();
  IF at > p_asked + interval '1 second' THEN RETURN jsonb_build_object('outcome', 'stale'); END IF;
  FOR i IN 1 .. cardinality(accounts) LOOP
    accounts[i] := ledger_settled(accounts[i], p_zone, at);
    gauges := gauges || ledger_paced(accounts[i], layers[i], CASE WHEN p_partial THEN 1 ELSE p_units END, at);
  END LOOP;
  IF p_partial THEN asked := least(asked, ledger_room(gauges)); END IF;
  IF asked <= 0 OR asked > ledger_room(gauges) OR jsonb_path_exists(gauges, '$[*].next ? (@ != null)') THEN
    RETURN jsonb_build_object('outcome', 'refused', 'units', 0, 'gauges', gauges);
  END IF;
  gauges := '[]';
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := accounts[i];
    over := (SELECT count(*) FROM jsonb_array_elements(ledger_gauges(a, layers[i], asked, at)) g
      WHERE (g ->> 'shadow')::boolean AND asked > (g ->> 'limit')::bigint - (g ->> 'used')::bigint - (g ->> 'held')::bigint);
    rate := (layers[i] #>> '{caps,hourly,limit}')::bigint;
    IF (layers[i] ->> 'smooth')::boolean AND rate > 0 THEN
      a.smooth_next := at + asked * interval '1 hour' / rate;
      a.smooth_charge := p_id;
      a.smooth_rate := rate;
    END IF;
    parts := parts || ledger_put(a, p_id, asked, CASE WHEN over > 0 THEN asked ELSE 0 END, p_ttl, at);
    known_gauges := ledger_paced(ledger_seen(a.account, p_zone, at), layers[i], 0, at);
    IF layers[i] ? 'alerts' THEN PERFORM ledger_crossed(a, layers[i], known_gauges, at); END IF;
    gauges := gauges || known_gauges;
  END LOOP;
  ends := at + make_interval(secs => p_ttl);
  answer := jsonb_build_object('outcome', 'granted', 'id', p_id, 'units', asked, 'gauges', gauges, 'expiresAt', ends,
    'revision', (SELECT coalesce(max(seq), 0) FROM audit.seq));
  INSERT INTO ledger_charges VALUES ((floor(extract(epoch FROM at) / 86400)::bigint % 4)::smallint, p_caller, p_key, p_id, p_hash,
    CASE WHEN p_ttl IS NULL THEN 'charged' ELSE 'held' END, asked, parts, answer, at, ends);
  RETURN answer;
END $$;
--> statement-breakpoint
-- Ends a reservation: so many of its units were used, the rest comes back. Resolved once. Null units: all of them; `p_refund`: none, and
-- what was charged without a reservation comes back, too: to none but the counters that it was taken from.
CREATE OR REPLACE FUNCTION ledger_resolve(p_caller text, p_id uuid, p_units bigint, p_refund boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known ledger_charges;
  part jsonb;
  accounts ledger_accounts[] := '{}';
  a ledger_accounts;
  h ledger_holds;
  at timestamptz;
  used bigint;
  over bigint;
  same boolean;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  SELECT * INTO known FROM ledger_charges c WHERE c.id = p_id AND c.caller = p_caller;
  IF NOT FOUND THEN RETURN jsonb_build_object('outcome', 'unknown'); END IF;
  FOR part IN SELECT p FROM jsonb_array_elements(known.parts) p ORDER BY (p ->> 'account') COLLATE "C" LOOP
    accounts := accounts || ledger_locked(part ->> 'account');
  END LOOP;
  SELECT * INTO known FROM ledger_charges c WHERE c.id = p_id AND c.caller = p_caller FOR UPDATE;
  IF NOT FOUND THEN RETURN jsonb_build_object('outcome', 'unknown'); END IF;
  at := ledger_now();
  IF known.state = 'released' THEN RETURN jsonb_build_object('outcome', 'released', 'returned', known.answer -> 'units'); END IF;
  IF known.state = 'charged' AND (NOT p_refund OR known.expires_at IS NOT NULL) THEN
    RETURN jsonb_build_object('outcome', 'committed', 'units', known.units,
      'returned', (known.answer ->> 'units')::bigint - known.units);
  END IF;
  used := CASE WHEN p_refund THEN 0 ELSE coalesce(p_units, known.units) END;
  IF used > known.units THEN RETURN jsonb_build_object('outcome', 'above-hold', 'held', known.units); END IF;
  -- A hold may have another end than was said when it was taken: what lives is what is left after all that is over went.
  FOR i IN 1 .. cardinality(accounts) LOOP
    accounts[i] := ledger_settled(accounts[i], (accounts[i]).zone, at);
  END LOOP;
  IF known.state = 'held' AND (SELECT count(*) FROM ledger_holds
      WHERE charge = p_id AND account IN (SELECT p ->> 'account' FROM jsonb_array_elements(known.parts) p))
      < jsonb_array_length(known.parts) THEN
    RETURN jsonb_build_object('outcome', 'expired');
  END IF;
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := accounts[i];
    SELECT p INTO part FROM jsonb_array_elements(known.parts) p WHERE p ->> 'account' = a.account;
    over := coalesce((part ->> 'over')::bigint, 0);
    IF known.state = 'held' THEN
      DELETE FROM ledger_holds WHERE account = a.account AND charge = p_id RETURNING * INTO h;
      a := ledger_added(a, h.minute, h.day, h.month, used, -h.units);
      a := ledger_counted(a, h.minute, used, least(used, over));
    ELSE
      -- A date of another zone may be one that was begun anew since.
      same := part ->> 'zone' = a.zone;
      a := ledger_added(a,
        CASE WHEN coalesce((part #>> '{turns,0}')::int, 0) = a.hour_turn THEN (part ->> 'minute')::bigint END,
        CASE WHEN same AND coalesce((part #>> '{turns,1}')::int, 0) = a.day_turn THEN (part ->> 'day')::date END,
        CASE WHEN same AND coalesce((part #>> '{turns,2}')::int, 0) = a.month_turn THEN (part ->> 'month')::date END, -known.units, 0);
      a := ledger_counted(a, (part ->> 'minute')::bigint, -known.units, -over);
    END IF;
    PERFORM ledger_save(ledger_unsent(a, p_id, known.units - used));
  END LOOP;
  UPDATE ledger_charges SET state = CASE WHEN p_refund THEN 'released' ELSE 'charged' END, units = used
    WHERE id = p_id AND caller = p_caller;
  RETURN jsonb_build_object('outcome', 'resolved', 'units', used, 'returned', known.units - used);
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_peek(p_units bigint, p_zone text, p_layers jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  layer jsonb;
  at timestamptz := ledger_now();
  gauges jsonb := '[]';
  cap jsonb;
BEGIN
  FOR layer IN SELECT * FROM jsonb_array_elements(p_layers) LOOP
    cap := layer #> '{caps,threads}';
    gauges := gauges || ledger_paced(ledger_seen(layer ->> 'account', p_zone, at), layer, p_units, at) || (
      SELECT jsonb_build_object('layer', layer -> 'layer', 'cap', 'threads', 'limit', cap -> 'limit', 'source', cap -> 'source',
        'shadow', coalesce(cap -> 'shadow', 'false'), 'raised', coalesce(cap -> 'raised', '0'),
        'used', count(*), 'held', 0, 'resetsAt', min(expires_at))
      FROM ledger_leases WHERE account = layer ->> 'account' AND expires_at > at AND expires_at <= at + interval '2 hours');
  END LOOP;
  RETURN gauges;
END $$;
--> statement-breakpoint
DROP FUNCTION ledger_layer_gauges(jsonb, bigint, text, timestamptz);--> statement-breakpoint
DROP FUNCTION ledger_share(jsonb, int);--> statement-breakpoint
-- Gauges of accounts that a clock put ahead are worked out as the ledger does it. It reads what the program may read as well.
ALTER FUNCTION ledger_rewound(ledger_accounts, timestamptz) SECURITY DEFINER;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ledger_rewound(ledger_accounts, timestamptz) TO rolecall_app;--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_unsent(ledger_accounts, uuid, bigint) FROM PUBLIC;
