-- Who asks the ledger before it sends (docs/caps.md). Bookkeeping: gathered in memory, and written together every few seconds.
CREATE TABLE "sending_layers" (
	"door" text NOT NULL,
	"caller" text NOT NULL COLLATE "C",
	"address" text NOT NULL COLLATE "C",
	"first_at" timestamp (6) with time zone NOT NULL,
	"asked_at" timestamp (6) with time zone NOT NULL,
	"states" jsonb DEFAULT '{}' NOT NULL,
	"units_at" timestamp (6) with time zone,
	"asks" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL,
	"unknown" bigint DEFAULT 0 NOT NULL,
	"unanswered" bigint DEFAULT 0 NOT NULL,
	"problem" text,
	"problem_at" timestamp (6) with time zone,
	CONSTRAINT "sending_layers_key" PRIMARY KEY("door","caller","address"),
	CONSTRAINT "sending_layers_doors" CHECK (door in ('http', 'postfix'))
);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sending_layers TO rolecall_app;
--> statement-breakpoint
-- A counter that was begun anew is another one: what was charged to the one before does not come back to it. `smooth_next`: when the next
-- ask may pass of somebody whose sending is spread evenly.
ALTER TABLE "ledger_accounts" ADD COLUMN "hour_turn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "day_turn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "month_turn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "smooth_next" timestamp (6) with time zone;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_new(p_account text, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a ledger_accounts;
  d date := (p_now AT TIME ZONE p_zone)::date;
BEGIN
  a.account := p_account;
  a.zone := p_zone;
  a.minute := floor(extract(epoch FROM p_now) / 60);
  a.hour_used := array_fill(0::bigint, ARRAY[61]);
  a.hour_held := a.hour_used;
  a.day := d;
  a.month := ledger_month_of(d);
  a.day_used := 0; a.day_held := 0; a.month_used := 0; a.month_held := 0;
  a.counted_hour := a.minute / 60;
  a.counted_units := 0; a.counted_over := 0;
  a.hour_turn := 0; a.day_turn := 0; a.month_turn := 0;
  RETURN a;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_save(a ledger_accounts) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE ledger_accounts SET zone = a.zone, minute = a.minute, hour_used = a.hour_used, hour_held = a.hour_held,
    day = a.day, day_used = a.day_used, day_held = a.day_held, month = a.month, month_used = a.month_used,
    month_held = a.month_held, counted_hour = a.counted_hour, counted_units = a.counted_units, counted_over = a.counted_over,
    hour_turn = a.hour_turn, day_turn = a.day_turn, month_turn = a.month_turn, smooth_next = a.smooth_next
  WHERE account = a.account
$$;
--> statement-breakpoint
-- What the history knows of the hours from one moment to another; of those that it begins in and ends in, all.
CREATE FUNCTION ledger_units_between(a ledger_accounts, p_from timestamptz, p_to timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(sum(units), 0)::bigint FROM (
    SELECT hour, units FROM ledger_hours WHERE account = a.account UNION ALL SELECT a.counted_hour, a.counted_units) hours
  WHERE hour BETWEEN floor(extract(epoch FROM p_from) / 3600) AND floor(extract(epoch FROM p_to) / 3600)
$$;
--> statement-breakpoint
-- An account that is more than 61 minutes ahead was counted by a clock that ran ahead and was put right: it would be shut until that time
-- comes. Its windows are those of now again, with what the history knows of them and all that was counted meanwhile: that is never too
-- little. What is less ahead frees itself. Held is what the reservations say.
CREATE FUNCTION ledger_rewound(a ledger_accounts, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  m bigint := floor(extract(epoch FROM p_now) / 60);
  d date := (p_now AT TIME ZONE a.zone)::date;
  used bigint;
BEGIN
  IF a.minute > m + 61 THEN
    used := (SELECT sum(u) FROM unnest(a.hour_used) u) + ledger_units_between(a, p_now - interval '60 minutes', p_now);
    a.minute := m;
    a.hour_turn := a.hour_turn + 1;
    a.hour_used := array_fill(0::bigint, ARRAY[61]);
    a.hour_used[m % 61 + 1] := used;
    a.hour_held := (SELECT array_agg(coalesce(units, 0) ORDER BY place) FROM generate_series(0, 60) place LEFT JOIN (
      SELECT least(minute, m) % 61 AS place, sum(units)::bigint AS units FROM ledger_holds
      WHERE account = a.account AND minute > m - 61 GROUP BY 1) holds USING (place));
  END IF;
  IF p_now < ledger_begin_of(a.day, a.zone) - interval '61 minutes' THEN
    a.day_used := a.day_used + ledger_units_between(a, ledger_begin_of(d, a.zone), p_now);
    a.day := d;
    a.day_turn := a.day_turn + 1;
    a.day_held := (SELECT coalesce(sum(units), 0) FROM ledger_holds WHERE account = a.account AND least(day, d) = d);
  END IF;
  IF p_now < ledger_begin_of(a.month, a.zone) - interval '61 minutes' THEN
    a.month := ledger_month_of(d);
    a.month_used := a.month_used + ledger_units_between(a, ledger_begin_of(a.month, a.zone), p_now);
    a.month_turn := a.month_turn + 1;
    a.month_held := (SELECT coalesce(sum(units), 0) FROM ledger_holds WHERE account = a.account AND least(month, a.month) = a.month);
  END IF;
  RETURN a;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_turned(a ledger_accounts, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  m bigint := floor(extract(epoch FROM p_now) / 60);
  d date := (p_now AT TIME ZONE p_zone)::date;
  old date;
BEGIN
  a := ledger_rewound(a, p_now);
  IF m - a.minute >= 61 THEN
    a.hour_used := array_fill(0::bigint, ARRAY[61]);
    a.hour_held := a.hour_used;
    a.minute := m;
  ELSIF m > a.minute THEN
    FOR i IN a.minute + 1 .. m LOOP
      a.hour_used[i % 61 + 1] := 0;
      a.hour_held[i % 61 + 1] := 0;
    END LOOP;
    a.minute := m;
  END IF;
  old := d;
  IF a.zone <> p_zone THEN old := (p_now AT TIME ZONE a.zone)::date; END IF;
  IF old > a.day THEN a.day_used := 0; a.day_held := 0; END IF;
  IF ledger_month_of(old) > a.month THEN a.month_used := 0; a.month_held := 0; END IF;
  IF a.zone <> p_zone THEN
    a.day := d;
    a.month := ledger_month_of(d);
    a.zone := p_zone;
  ELSE
    a.day := greatest(a.day, d);
    a.month := greatest(a.month, ledger_month_of(d));
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
      minute = least(minute, m), day = least(day, d), month = least(month, ledger_month_of(d))
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
    t := ledger_added(t, h.minute, h.day, h.month, 0, -h.units);
  END LOOP;
  IF t IS DISTINCT FROM was THEN PERFORM ledger_save(t); END IF;
  RETURN t;
END $$;
--> statement-breakpoint
-- The gauges of an account. Of one whose sending is spread evenly, `next` is when the next ask may pass; null: now. More than an hour
-- ahead no ask puts it: a clock did.
CREATE FUNCTION ledger_paced(a ledger_accounts, p_layer jsonb, p_units bigint, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_set(gauges, '{0,next}', coalesce(to_jsonb(CASE WHEN (p_layer ->> 'smooth')::boolean
    AND p_layer #>> '{caps,hourly,limit}' IS NOT NULL AND a.smooth_next > p_now AND a.smooth_next <= p_now + interval '1 hour'
    THEN a.smooth_next END), 'null'))
  FROM ledger_gauges(a, p_layer, p_units, p_now) gauges
$$;
--> statement-breakpoint
-- Of a limit that everybody shares, the part of one of so many rows; all parts together are the limit.
CREATE FUNCTION ledger_share(p_layer jsonb, p_row int) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_set(p_layer, '{caps}', jsonb_object_agg(cap, value || jsonb_build_object('limit', CASE WHEN value ->> 'limit' IS NOT NULL
    THEN (value ->> 'limit')::bigint / (p_layer ->> 'spread')::int
      + CASE WHEN p_row < (value ->> 'limit')::bigint % (p_layer ->> 'spread')::int THEN 1 ELSE 0 END END)))
  FROM jsonb_each(p_layer -> 'caps') each(cap, value)
$$;
--> statement-breakpoint
-- An account as it stands, nothing written.
CREATE FUNCTION ledger_seen(p_account text, p_zone text, p_now timestamptz) RETURNS ledger_accounts
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
  -- What expired in a zone that was is sorted out by whoever charges next.
  IF zone_was = p_zone THEN
    FOR h IN SELECT * FROM ledger_holds WHERE account = a.account AND expires_at <= p_now LOOP
      a := ledger_added(a, h.minute, h.day, h.month, 0, -h.units);
    END LOOP;
  END IF;
  RETURN a;
END $$;
--> statement-breakpoint
-- How a layer stands: of one that is spread over several rows, all of them together.
CREATE FUNCTION ledger_layer_gauges(p_layer jsonb, p_units bigint, p_zone text, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  total ledger_accounts;
  a ledger_accounts;
BEGIN
  IF NOT p_layer ? 'spread' THEN
    RETURN ledger_paced(ledger_seen(p_layer ->> 'account', p_zone, p_now), p_layer, p_units, p_now);
  END IF;
  total := ledger_new('', p_zone, p_now);
  FOR i IN 0 .. (p_layer ->> 'spread')::int - 1 LOOP
    a := ledger_seen((p_layer ->> 'account') || '/' || i, p_zone, p_now);
    FOR minute IN 1 .. 61 LOOP
      total.hour_used[minute] := total.hour_used[minute] + a.hour_used[minute];
      total.hour_held[minute] := total.hour_held[minute] + a.hour_held[minute];
    END LOOP;
    total.day_used := total.day_used + a.day_used;
    total.day_held := total.day_held + a.day_held;
    total.month_used := total.month_used + a.month_used;
    total.month_held := total.month_held + a.month_held;
  END LOOP;
  RETURN ledger_gauges(total, p_layer, p_units, p_now);
END $$;
--> statement-breakpoint
-- Puts units into a settled, locked account, or holds them; the account's part of the charge.
CREATE FUNCTION ledger_put(a ledger_accounts, p_id uuid, p_units bigint, p_over bigint, p_ttl int, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
    'units', p_units, 'turns', jsonb_build_array(a.hour_turn, a.day_turn, a.month_turn));
END $$;
--> statement-breakpoint
-- Of how much of a cap people were told, until its window ends; and what is to be told, found with the charge that came to it.
CREATE TABLE "ledger_crossings" (
	"account" text NOT NULL COLLATE "C",
	"cap" text NOT NULL,
	"threshold" smallint NOT NULL,
	"turn" integer NOT NULL,
	"raised" bigint NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "ledger_crossings_key" PRIMARY KEY("account","cap","threshold")
);
--> statement-breakpoint
CREATE TABLE "ledger_alerts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account" text NOT NULL COLLATE "C",
	"cap" text NOT NULL,
	"threshold" smallint NOT NULL,
	"used" bigint NOT NULL,
	"limit" bigint NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"told_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE INDEX "ledger_alerts_due" ON "ledger_alerts" USING btree ("at") WHERE told_at is null;--> statement-breakpoint
GRANT SELECT ON ledger_crossings, ledger_alerts TO rolecall_app;
--> statement-breakpoint
-- Notes what a locked account has come to: once a window and threshold, and again when the cap was raised or its counter begun anew. The
-- rolling hour is a window of 61 minutes from then. What was passed together is told once, as the most of it.
CREATE FUNCTION ledger_crossed(a ledger_accounts, p_layer jsonb, p_gauges jsonb, p_now timestamptz) RETURNS void
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
      INSERT INTO ledger_alerts (account, cap, threshold, used, "limit", at)
        VALUES (a.account, g ->> 'cap', highest, total, (g ->> 'limit')::bigint, p_now);
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
-- Takes alerts that nobody was told of, for whoever tells of them in this transaction.
CREATE FUNCTION ledger_take_alerts(p_most int) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS (SELECT id FROM ledger_alerts WHERE told_at IS NULL ORDER BY at LIMIT p_most FOR UPDATE SKIP LOCKED),
    taken AS (UPDATE ledger_alerts a SET told_at = clock_timestamp() FROM due WHERE a.id = due.id RETURNING a.*)
  SELECT coalesce(jsonb_agg(to_jsonb(taken) ORDER BY at), '[]') FROM taken
$$;
--> statement-breakpoint
-- Forgets alerts that were told of 30 days ago.
CREATE FUNCTION ledger_forget_alerts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM ledger_alerts WHERE told_at < clock_timestamp() - interval '30 days'
$$;
--> statement-breakpoint
-- As before. A layer that is spread over rows (`spread`) is charged at one of them, which is any; has that one too little room, the answer is
-- `crowded`, and it is asked again for `all` of them: then what is asked for is put wherever there is room. Locks are taken in the order of
-- the names all the same.
CREATE OR REPLACE FUNCTION ledger_charge(p_caller text, p_key text, p_hash bytea, p_id uuid, p_units bigint, p_partial boolean,
  p_ttl int, p_zone text, p_layers jsonb, p_asked timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known ledger_charges;
  layer jsonb;
  spread jsonb;
  whole boolean := false;
  rows ledger_accounts[] := '{}';
  rooms bigint[] := '{}';
  accounts ledger_accounts[] := '{}';
  layers jsonb[] := '{}';
  a ledger_accounts;
  at timestamptz;
  home int;
  gauges jsonb := '[]';
  known_gauges jsonb;
  asked bigint := p_units;
  room bigint;
  parts jsonb := '[]';
  over bigint;
  least_units bigint := CASE WHEN p_partial THEN 1 ELSE p_units END;
  answer jsonb;
  ends timestamptz;
BEGIN
  -- What is acknowledged is on the disk, whatever the server's default is.
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_caller || E'\n' || p_key, 14));
  SELECT * INTO known FROM ledger_charges c WHERE c.caller = p_caller AND c.key = p_key LIMIT 1;
  IF FOUND THEN
    IF known.hash <> p_hash THEN RETURN jsonb_build_object('outcome', 'key-reused'); END IF;
    -- What was given back is not counted: sent under its old answer it would be for nothing.
    IF known.state = 'released' THEN RETURN jsonb_build_object('outcome', 'released'); END IF;
    IF known.state = 'held' AND known.expires_at <= ledger_now() THEN RETURN jsonb_build_object('outcome', 'expired'); END IF;
    RETURN known.answer;
  END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY l ? 'spread', (l ->> 'account') COLLATE "C" LOOP
    IF layer ? 'spread' THEN
      spread := layer;
      whole := coalesce((layer ->> 'all')::boolean, false);
      home := (hashtextextended(p_id::text, 17) & 1023) % (layer ->> 'spread')::int;
      FOR i IN 0 .. (layer ->> 'spread')::int - 1 LOOP
        CONTINUE WHEN i <> home AND NOT whole;
        rows := rows || ledger_locked_or_new((layer ->> 'account') || '/' || i, p_zone);
      END LOOP;
    ELSE
      accounts := accounts || ledger_locked_or_new(layer ->> 'account', p_zone);
      layers := layers || layer;
    END IF;
  END LOOP;
  at := ledger_now();
  IF at > p_asked + interval '1 second' THEN RETURN jsonb_build_object('outcome', 'stale'); END IF;
  FOR i IN 1 .. cardinality(accounts) LOOP
    accounts[i] := ledger_settled(accounts[i], p_zone, at);
    gauges := gauges || ledger_paced(accounts[i], layers[i], least_units, at);
  END LOOP;
  FOR i IN 1 .. cardinality(rows) LOOP
    rows[i] := ledger_settled(rows[i], p_zone, at);
    room := ledger_room(ledger_gauges(rows[i], ledger_share(spread, CASE WHEN whole THEN i - 1 ELSE home END), 0, at));
    rooms := rooms || greatest(0, coalesce(room, p_units));
  END LOOP;
  room := ledger_room(gauges);
  IF whole THEN room := least(room, (SELECT sum(r) FROM unnest(rooms) r)); END IF;
  IF p_partial THEN asked := least(asked, room); END IF;
  IF asked <= 0 OR asked > room OR jsonb_path_exists(gauges, '$[*].next ? (@ != null)') THEN
    IF spread IS NOT NULL THEN gauges := gauges || ledger_layer_gauges(spread, least_units, p_zone, at); END IF;
    RETURN jsonb_build_object('outcome', 'refused', 'units', 0, 'gauges', gauges);
  END IF;
  IF spread IS NOT NULL AND NOT whole AND asked > rooms[1] THEN RETURN jsonb_build_object('outcome', 'crowded'); END IF;
  gauges := '[]';
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := accounts[i];
    over := (SELECT count(*) FROM jsonb_array_elements(ledger_gauges(a, layers[i], asked, at)) g
      WHERE (g ->> 'shadow')::boolean AND asked > (g ->> 'limit')::bigint - (g ->> 'used')::bigint - (g ->> 'held')::bigint);
    IF (layers[i] ->> 'smooth')::boolean AND (layers[i] #>> '{caps,hourly,limit}')::bigint > 0 THEN
      a.smooth_next := at + asked * interval '1 hour' / (layers[i] #>> '{caps,hourly,limit}')::bigint;
    END IF;
    parts := parts || ledger_put(a, p_id, asked, CASE WHEN over > 0 THEN asked ELSE 0 END, p_ttl, at);
    known_gauges := ledger_layer_gauges(layers[i], 0, p_zone, at);
    IF layers[i] ? 'alerts' THEN PERFORM ledger_crossed(a, layers[i], known_gauges, at); END IF;
    gauges := gauges || known_gauges;
  END LOOP;
  room := asked;
  FOR i IN 1 .. cardinality(rows) LOOP
    CONTINUE WHEN least(room, rooms[i]) <= 0;
    parts := parts || ledger_put(rows[i], p_id, least(room, rooms[i]), 0, p_ttl, at);
    room := room - least(room, rooms[i]);
  END LOOP;
  IF spread IS NOT NULL THEN gauges := gauges || ledger_layer_gauges(spread, 0, p_zone, at); END IF;
  ends := at + make_interval(secs => p_ttl);
  answer := jsonb_build_object('outcome', 'granted', 'id', p_id, 'units', asked, 'gauges', gauges, 'expiresAt', ends,
    'revision', (SELECT coalesce(max(seq), 0) FROM audit.seq));
  INSERT INTO ledger_charges VALUES ((floor(extract(epoch FROM at) / 86400)::bigint % 4)::smallint, p_caller, p_key, p_id, p_hash,
    CASE WHEN p_ttl IS NULL THEN 'charged' ELSE 'held' END, asked, parts, answer, at, ends);
  RETURN answer;
END $$;
--> statement-breakpoint
-- As before; what comes back to a counter that was begun anew since, or to rows of a shared total, comes back to none but its own.
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
  taken bigint;
  spread_left bigint;
  same boolean;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  SELECT * INTO known FROM ledger_charges c WHERE c.id = p_id AND c.caller = p_caller;
  IF NOT FOUND THEN RETURN jsonb_build_object('outcome', 'unknown'); END IF;
  FOR part IN SELECT p FROM jsonb_array_elements(known.parts) p
      ORDER BY strpos(p ->> 'account', '/') > 0, (p ->> 'account') COLLATE "C" LOOP
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
  IF known.state = 'held' AND (known.expires_at <= at
    OR (SELECT count(*) FROM ledger_holds WHERE charge = p_id AND account IN (SELECT p ->> 'account' FROM jsonb_array_elements(known.parts) p))
      < jsonb_array_length(known.parts)) THEN
    RETURN jsonb_build_object('outcome', 'expired');
  END IF;
  spread_left := used;
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := ledger_settled(accounts[i], (accounts[i]).zone, at);
    IF known.state = 'held' THEN
      DELETE FROM ledger_holds WHERE account = a.account AND charge = p_id RETURNING * INTO h;
      taken := used;
      IF strpos(a.account, '/') > 0 THEN
        taken := least(h.units, spread_left);
        spread_left := spread_left - taken;
      END IF;
      a := ledger_added(a, h.minute, h.day, h.month, taken, -h.units);
      a := ledger_counted(a, h.minute, taken, 0);
    ELSE
      SELECT p INTO part FROM jsonb_array_elements(known.parts) p WHERE p ->> 'account' = a.account;
      taken := coalesce((part ->> 'units')::bigint, known.units);
      -- A date of another zone may be one that was begun anew since.
      same := part ->> 'zone' = a.zone;
      a := ledger_added(a,
        CASE WHEN coalesce((part #>> '{turns,0}')::int, 0) = a.hour_turn THEN (part ->> 'minute')::bigint END,
        CASE WHEN same AND coalesce((part #>> '{turns,1}')::int, 0) = a.day_turn THEN (part ->> 'day')::date END,
        CASE WHEN same AND coalesce((part #>> '{turns,2}')::int, 0) = a.month_turn THEN (part ->> 'month')::date END, -taken, 0);
      a := ledger_counted(a, (part ->> 'minute')::bigint, -taken, 0);
    END IF;
    PERFORM ledger_save(a);
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
    gauges := gauges || ledger_layer_gauges(layer, p_units, p_zone, at) || (
      SELECT jsonb_build_object('layer', layer -> 'layer', 'cap', 'threads', 'limit', cap -> 'limit', 'source', cap -> 'source',
        'shadow', coalesce(cap -> 'shadow', 'false'), 'raised', coalesce(cap -> 'raised', '0'),
        'used', count(*), 'held', 0, 'resetsAt', min(expires_at))
      FROM ledger_leases WHERE account = layer ->> 'account' AND expires_at > at AND expires_at <= at + interval '2 hours');
  END LOOP;
  RETURN gauges;
END $$;
--> statement-breakpoint
-- Forgets leases that are over, and those that a clock which ran ahead gave an end: none is longer than an hour.
CREATE FUNCTION ledger_forget_leases(p_account text, p_now timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM ledger_leases WHERE account = p_account AND (expires_at <= p_now OR expires_at > p_now + interval '2 hours')
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_lease(p_caller text, p_key text, p_subject text, p_id uuid, p_ttl int, p_zone text, p_layers jsonb,
  p_asked timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known ledger_leases;
  layer jsonb;
  at timestamptz;
  gauges jsonb := '[]';
  cap jsonb;
  fits boolean := true;
  gauge jsonb;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_caller || E'\n' || p_key, 15));
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    PERFORM ledger_locked_or_new(layer ->> 'account', p_zone);
  END LOOP;
  at := ledger_now();
  IF at > p_asked + interval '1 second' THEN RETURN jsonb_build_object('outcome', 'stale'); END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    PERFORM ledger_forget_leases(layer ->> 'account', at);
  END LOOP;
  SELECT * INTO known FROM ledger_leases l WHERE l.caller = p_caller AND l.key = p_key AND l.expires_at > at LIMIT 1;
  IF FOUND AND known.subject <> p_subject THEN RETURN jsonb_build_object('outcome', 'key-reused'); END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    cap := layer #> '{caps,threads}';
    SELECT jsonb_build_object('layer', layer -> 'layer', 'cap', 'threads', 'limit', cap -> 'limit', 'source', cap -> 'source',
      'shadow', coalesce(cap -> 'shadow', 'false'), 'raised', coalesce(cap -> 'raised', '0'),
      'used', count(*), 'held', 0, 'resetsAt', min(expires_at)) INTO gauge
    FROM ledger_leases WHERE account = layer ->> 'account';
    gauges := gauges || gauge;
    IF (gauge ->> 'used')::bigint >= (gauge ->> 'limit')::bigint AND NOT (gauge ->> 'shadow')::boolean THEN fits := false; END IF;
  END LOOP;
  IF known.id IS NOT NULL THEN
    RETURN jsonb_build_object('outcome', 'granted', 'id', known.id, 'expiresAt', known.expires_at, 'gauges', gauges);
  END IF;
  IF NOT fits THEN RETURN jsonb_build_object('outcome', 'refused', 'gauges', gauges); END IF;
  INSERT INTO ledger_leases SELECT l ->> 'account', p_id, p_subject, p_caller, p_key, at + make_interval(secs => p_ttl)
    FROM jsonb_array_elements(p_layers) l;
  RETURN jsonb_build_object('outcome', 'granted', 'id', p_id, 'expiresAt', at + make_interval(secs => p_ttl), 'gauges',
    (SELECT jsonb_agg(g || jsonb_build_object('used', (g ->> 'used')::bigint + 1)) FROM jsonb_array_elements(gauges) g));
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_reset(p_account text, p_cap text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a ledger_accounts := ledger_locked(p_account);
  was bigint;
BEGIN
  IF NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'reset of a counter outside an audited transaction' USING errcode = '42501';
  END IF;
  IF a.account IS NULL THEN RETURN 0; END IF;
  a := ledger_settled(a, a.zone, ledger_now());
  IF p_cap = 'hourly' THEN
    was := (SELECT sum(u) FROM unnest(a.hour_used) u);
    a.hour_used := array_fill(0::bigint, ARRAY[61]);
    a.hour_turn := a.hour_turn + 1;
    a.smooth_next := NULL;
  ELSIF p_cap = 'daily' THEN
    was := a.day_used;
    a.day_used := 0;
    a.day_turn := a.day_turn + 1;
  ELSE
    was := a.month_used;
    a.month_used := 0;
    a.month_turn := a.month_turn + 1;
  END IF;
  PERFORM ledger_save(a);
  RETURN was;
END $$;
--> statement-breakpoint
-- As before; keys that a clock put into the future would keep their slot full for ever.
CREATE OR REPLACE FUNCTION ledger_empty_slot() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
  slot_name text := format('ledger_charges_%s', (floor(extract(epoch FROM ledger_now()) / 86400)::bigint + 1) % 4);
  kept boolean;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('ledger_empty_slot', 14)) THEN RETURN false; END IF;
  EXECUTE format('SELECT NOT EXISTS (SELECT 1 FROM %I)', slot_name) INTO kept;
  IF kept THEN RETURN false; END IF;
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', slot_name);
  EXECUTE format('UPDATE %I SET at = $1 WHERE at > $1 + interval ''61 minutes''', slot_name) USING ledger_now();
  -- Whatever the clock did, and however long it took to get here: no key is forgotten before its two days are over.
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE at >= $1)', slot_name) INTO kept USING ledger_now() - interval '48 hours';
  IF kept THEN RETURN false; END IF;
  EXECUTE format('TRUNCATE %I', slot_name);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
--> statement-breakpoint
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname IN ('ledger_units_between', 'ledger_rewound', 'ledger_paced', 'ledger_share', 'ledger_seen',
      'ledger_layer_gauges', 'ledger_put', 'ledger_forget_leases', 'ledger_crossed', 'ledger_take_alerts', 'ledger_forget_alerts') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  GRANT EXECUTE ON FUNCTION ledger_take_alerts(int), ledger_forget_alerts() TO rolecall_app;
END $$;
