-- The ledger of the caps (docs/decisions/0044). What is charged is no entry of the log: nobody but the functions below writes these
-- tables, and each of them charges every layer or none. Accounts are locked in the order of their names, the key of an ask before them.
CREATE TABLE "ledger_accounts" (
	"account" text PRIMARY KEY NOT NULL COLLATE "C",
	"zone" text NOT NULL,
	"minute" bigint NOT NULL,
	"hour_used" bigint[] NOT NULL,
	"hour_held" bigint[] NOT NULL,
	"day" date NOT NULL,
	"day_used" bigint DEFAULT 0 NOT NULL,
	"day_held" bigint DEFAULT 0 NOT NULL,
	"month" date NOT NULL,
	"month_used" bigint DEFAULT 0 NOT NULL,
	"month_held" bigint DEFAULT 0 NOT NULL,
	"counted_hour" bigint NOT NULL,
	"counted_units" bigint DEFAULT 0 NOT NULL,
	"counted_over" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "ledger_accounts_ring" CHECK (cardinality(hour_used) = 61 and cardinality(hour_held) = 61),
	CONSTRAINT "ledger_accounts_least" CHECK (day_used >= 0 and day_held >= 0 and month_used >= 0 and month_held >= 0)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "ledger_charges" (
	"slot" smallint NOT NULL,
	"caller" text NOT NULL COLLATE "C",
	"key" text NOT NULL COLLATE "C",
	"id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"state" text NOT NULL,
	"units" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"answer" jsonb NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone,
	CONSTRAINT "ledger_charges_key" PRIMARY KEY("caller","key","slot"),
	CONSTRAINT "ledger_charges_states" CHECK (state in ('held', 'charged', 'released'))
) PARTITION BY LIST ("slot");
--> statement-breakpoint
-- A day's keys go to the slot of its number modulo 4; the slot of tomorrow is emptied whole, which is three days old then.
CREATE TABLE "ledger_charges_0" PARTITION OF "ledger_charges" FOR VALUES IN (0);--> statement-breakpoint
CREATE TABLE "ledger_charges_1" PARTITION OF "ledger_charges" FOR VALUES IN (1);--> statement-breakpoint
CREATE TABLE "ledger_charges_2" PARTITION OF "ledger_charges" FOR VALUES IN (2);--> statement-breakpoint
CREATE TABLE "ledger_charges_3" PARTITION OF "ledger_charges" FOR VALUES IN (3);--> statement-breakpoint
CREATE INDEX "ledger_charges_id" ON "ledger_charges" USING btree ("id");--> statement-breakpoint
-- For the newest of a slot, which is looked for while everybody waits: a summary of pages costs a charge next to nothing.
CREATE INDEX "ledger_charges_at" ON "ledger_charges" USING brin ("at");--> statement-breakpoint
CREATE TABLE "ledger_holds" (
	"account" text NOT NULL COLLATE "C",
	"charge" uuid NOT NULL,
	"units" bigint NOT NULL,
	"minute" bigint NOT NULL,
	"day" date NOT NULL,
	"month" date NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "ledger_holds_key" PRIMARY KEY("account","charge")
);
--> statement-breakpoint
CREATE INDEX "ledger_holds_expiry" ON "ledger_holds" USING btree ("account","expires_at");--> statement-breakpoint
CREATE TABLE "ledger_leases" (
	"account" text NOT NULL COLLATE "C",
	"id" uuid NOT NULL,
	"subject" text NOT NULL,
	"caller" text NOT NULL COLLATE "C",
	"key" text NOT NULL COLLATE "C",
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "ledger_leases_pk" PRIMARY KEY("account","id")
);
--> statement-breakpoint
CREATE INDEX "ledger_leases_id" ON "ledger_leases" USING btree ("id");--> statement-breakpoint
CREATE INDEX "ledger_leases_key" ON "ledger_leases" USING btree ("caller","key");--> statement-breakpoint
CREATE TABLE "ledger_hours" (
	"account" text NOT NULL COLLATE "C",
	"hour" bigint NOT NULL,
	"units" bigint NOT NULL,
	"over" bigint NOT NULL,
	CONSTRAINT "ledger_hours_key" PRIMARY KEY("account","hour")
);
--> statement-breakpoint
CREATE INDEX "ledger_hours_hour" ON "ledger_hours" USING btree ("hour");--> statement-breakpoint
-- Extra amounts with an end, and who may not send at all: changes of people, with their entries.
CREATE TABLE "send_raises" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"cap" text NOT NULL,
	"amount" bigint NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	"ended_at" timestamp (6) with time zone,
	"reason" text NOT NULL,
	"by_id" uuid NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "send_raises_amount" CHECK (amount > 0),
	CONSTRAINT "send_raises_cap" CHECK (cap in ('hourly', 'daily', 'monthly', 'threads'))
);
--> statement-breakpoint
CREATE INDEX "send_raises_subject" ON "send_raises" USING btree ("subject","until");--> statement-breakpoint
CREATE TABLE "send_pauses" (
	"subject" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"until" timestamp (6) with time zone,
	"by_id" uuid NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['send_raises', 'send_pauses'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON send_raises, send_pauses TO rolecall_app;--> statement-breakpoint
GRANT SELECT ON ledger_accounts, ledger_charges, ledger_holds, ledger_leases, ledger_hours TO rolecall_app;
--> statement-breakpoint
-- The clock of the ledger, read after the locks are held.
CREATE FUNCTION ledger_now() RETURNS timestamptz
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$ SELECT clock_timestamp() $$;
--> statement-breakpoint
-- The first moment of a local date. Where clocks skip midnight it is the moment they skip to; where midnight comes twice, the first one.
CREATE FUNCTION ledger_begin_of(p_day date, p_zone text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(min(early), max(usual)) FROM (
    SELECT usual, CASE WHEN (usual - back) AT TIME ZONE p_zone = p_day::timestamp THEN usual - back END AS early
    FROM (SELECT p_day::timestamp AT TIME ZONE p_zone AS usual) at,
      unnest(ARRAY['2 hours', '1 hour', '30 minutes', '20 minutes']::interval[]) back) tried
$$;
--> statement-breakpoint
CREATE FUNCTION ledger_month_of(p_day date) RETURNS date
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT date_trunc('month', p_day::timestamp)::date $$;
--> statement-breakpoint
-- An account as it is at a moment: what is over is forgotten, in core/quotas/rolling-hour.ts and calendar-window.ts told in prose.
CREATE FUNCTION ledger_turned(a ledger_accounts, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  m bigint := floor(extract(epoch FROM p_now) / 60);
  d date := (p_now AT TIME ZONE p_zone)::date;
  old date;
BEGIN
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
-- Adds to what is used and held in the windows of a minute, a day and a month; windows that are over stay as they were. What comes back
-- to a counter that was begun anew makes it no less than nothing.
CREATE FUNCTION ledger_added(a ledger_accounts, p_minute bigint, p_day date, p_month date, p_used bigint, p_held bigint)
RETURNS ledger_accounts LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE i int := p_minute % 61 + 1;
BEGIN
  IF p_minute <= a.minute AND p_minute > a.minute - 61 THEN
    a.hour_used[i] := greatest(0, a.hour_used[i] + p_used);
    a.hour_held[i] := a.hour_held[i] + p_held;
  END IF;
  IF p_day = a.day THEN a.day_used := greatest(0, a.day_used + p_used); a.day_held := a.day_held + p_held; END IF;
  IF p_month = a.month THEN a.month_used := greatest(0, a.month_used + p_used); a.month_held := a.month_held + p_held; END IF;
  RETURN a;
END $$;
--> statement-breakpoint
-- Counts units in the history of the hour they were taken in; the hour that runs is counted in the account itself.
CREATE FUNCTION ledger_counted(a ledger_accounts, p_minute bigint, p_units bigint, p_over bigint) RETURNS ledger_accounts
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE h bigint := p_minute / 60;
BEGIN
  IF h > a.counted_hour THEN
    IF a.counted_units <> 0 OR a.counted_over <> 0 THEN
      INSERT INTO ledger_hours AS kept VALUES (a.account, a.counted_hour, a.counted_units, a.counted_over)
        ON CONFLICT (account, hour) DO UPDATE SET units = kept.units + excluded.units, over = kept.over + excluded.over;
    END IF;
    a.counted_hour := h;
    a.counted_units := 0;
    a.counted_over := 0;
  END IF;
  IF h = a.counted_hour THEN
    a.counted_units := a.counted_units + p_units;
    a.counted_over := a.counted_over + p_over;
  ELSE
    INSERT INTO ledger_hours AS kept VALUES (a.account, h, p_units, p_over)
      ON CONFLICT (account, hour) DO UPDATE SET units = kept.units + excluded.units, over = kept.over + excluded.over;
  END IF;
  RETURN a;
END $$;
--> statement-breakpoint
CREATE FUNCTION ledger_new(p_account text, p_zone text, p_now timestamptz) RETURNS ledger_accounts
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
  RETURN a;
END $$;
--> statement-breakpoint
CREATE FUNCTION ledger_save(a ledger_accounts) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE ledger_accounts SET zone = a.zone, minute = a.minute, hour_used = a.hour_used, hour_held = a.hour_held,
    day = a.day, day_used = a.day_used, day_held = a.day_held, month = a.month, month_used = a.month_used,
    month_held = a.month_held, counted_hour = a.counted_hour, counted_units = a.counted_units, counted_over = a.counted_over
  WHERE account = a.account
$$;
--> statement-breakpoint
-- Locks an account until the transaction ends; null: there is none yet.
CREATE FUNCTION ledger_locked(p_account text) RETURNS ledger_accounts
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ledger_accounts FROM ledger_accounts WHERE account = p_account FOR UPDATE
$$;
--> statement-breakpoint
-- The same for one that is made, should it not be there. Called in the order of the names.
CREATE FUNCTION ledger_locked_or_new(p_account text, p_zone text) RETURNS ledger_accounts
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE a ledger_accounts := ledger_locked(p_account);
BEGIN
  IF a.account IS NULL THEN
    a := ledger_new(p_account, p_zone, ledger_now());
    INSERT INTO ledger_accounts SELECT (a).* ON CONFLICT DO NOTHING;
    a := ledger_locked(p_account);
  END IF;
  RETURN a;
END $$;
--> statement-breakpoint
-- A locked account of this moment: turned, and what its expired reservations held given back. A change of the zone takes along what is
-- held in windows that run; those that are over come to no date of the new zone, where further west the same one runs again.
CREATE FUNCTION ledger_settled(a ledger_accounts, p_zone text, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  t ledger_accounts := ledger_turned(a, p_zone, p_now);
  h ledger_holds;
BEGIN
  IF a.zone <> p_zone THEN
    UPDATE ledger_holds SET day = CASE WHEN day = a.day AND (p_now AT TIME ZONE a.zone)::date <= a.day THEN t.day ELSE '-infinity'::date END,
      month = CASE WHEN month = a.month AND ledger_month_of((p_now AT TIME ZONE a.zone)::date) <= a.month THEN t.month ELSE '-infinity'::date END
    WHERE account = a.account;
  END IF;
  FOR h IN DELETE FROM ledger_holds WHERE account = a.account AND expires_at <= p_now RETURNING * LOOP
    t := ledger_added(t, h.minute, h.day, h.month, 0, -h.units);
  END LOOP;
  IF t IS DISTINCT FROM a THEN PERFORM ledger_save(t); END IF;
  RETURN t;
END $$;
--> statement-breakpoint
-- How an account stands, cap by cap. Of the hour, `resetsAt` is when `p_units` fit should nobody else come; null: they never do.
CREATE FUNCTION ledger_gauges(a ledger_accounts, p_layer jsonb, p_units bigint, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  used bigint := (SELECT sum(u) FROM unnest(a.hour_used) u);
  held bigint := (SELECT sum(u) FROM unnest(a.hour_held) u);
  hourly bigint := (p_layer #>> '{caps,hourly,limit}')::bigint;
  needed bigint;
  gone bigint := 0;
  frees timestamptz;
  gauges jsonb;
  cap jsonb;
BEGIN
  IF used + held > 0 AND (hourly IS NULL OR p_units <= hourly) THEN
    needed := greatest(1, used + held + p_units - hourly);
    FOR m IN a.minute - 60 .. a.minute LOOP
      gone := gone + a.hour_used[m % 61 + 1] + a.hour_held[m % 61 + 1];
      IF gone >= needed THEN
        frees := to_timestamp((m + 61) * 60);
        EXIT;
      END IF;
    END LOOP;
  END IF;
  gauges := jsonb_build_array(
    jsonb_build_object('cap', 'hourly', 'used', used, 'held', held, 'resetsAt', frees),
    jsonb_build_object('cap', 'daily', 'used', a.day_used, 'held', a.day_held,
      'resetsAt', ledger_begin_of(a.day + 1, a.zone)),
    jsonb_build_object('cap', 'monthly', 'used', a.month_used, 'held', a.month_held,
      'resetsAt', ledger_begin_of((a.month + interval '1 month')::date, a.zone)));
  FOR i IN 0 .. 2 LOOP
    cap := p_layer #> ARRAY['caps', gauges #>> ARRAY[i::text, 'cap']];
    gauges := jsonb_set(gauges, ARRAY[i::text], (gauges -> i) || jsonb_build_object('layer', p_layer -> 'layer',
      'limit', cap -> 'limit', 'source', cap -> 'source', 'shadow', coalesce(cap -> 'shadow', 'false'),
      'raised', coalesce(cap -> 'raised', '0')));
    -- More than the cap itself fits on no day.
    IF p_units > (cap ->> 'limit')::bigint THEN gauges := jsonb_set(gauges, ARRAY[i::text, 'resetsAt'], 'null'); END IF;
  END LOOP;
  RETURN gauges;
END $$;
--> statement-breakpoint
-- What is left in the caps that are enforced; null: nothing is limited.
CREATE FUNCTION ledger_room(p_gauges jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT min((g ->> 'limit')::bigint - (g ->> 'used')::bigint - (g ->> 'held')::bigint) FROM jsonb_array_elements(p_gauges) g
  WHERE g ->> 'limit' IS NOT NULL AND NOT (g ->> 'shadow')::boolean
$$;
--> statement-breakpoint
-- Charges every layer or none, or holds (with a time to live in seconds). A granted key is answered from its row, a refused one is asked anew.
-- `p_asked`: when the layers were read; null: now. When the locks took longer than a second they are to be read again (`stale`).
CREATE FUNCTION ledger_charge(p_caller text, p_key text, p_hash bytea, p_id uuid, p_units bigint, p_partial boolean,
  p_ttl int, p_zone text, p_layers jsonb, p_asked timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known ledger_charges;
  layer jsonb;
  accounts ledger_accounts[] := '{}';
  layers jsonb[] := '{}';
  a ledger_accounts;
  at timestamptz;
  m bigint;
  gauges jsonb := '[]';
  asked bigint := p_units;
  room bigint;
  parts jsonb := '[]';
  over bigint;
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
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    accounts := accounts || ledger_locked_or_new(layer ->> 'account', p_zone);
    layers := layers || layer;
  END LOOP;
  at := ledger_now();
  IF at > p_asked + interval '1 second' THEN RETURN jsonb_build_object('outcome', 'stale'); END IF;
  m := floor(extract(epoch FROM at) / 60);
  FOR i IN 1 .. cardinality(accounts) LOOP
    accounts[i] := ledger_settled(accounts[i], p_zone, at);
    gauges := gauges || ledger_gauges(accounts[i], layers[i], CASE WHEN p_partial THEN 1 ELSE p_units END, at);
  END LOOP;
  room := ledger_room(gauges);
  IF asked > room THEN
    IF NOT p_partial OR room <= 0 THEN
      RETURN jsonb_build_object('outcome', 'refused', 'units', 0, 'gauges', gauges);
    END IF;
    asked := room;
  END IF;
  gauges := '[]';
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := accounts[i];
    m := greatest(m, a.minute);
    over := (SELECT count(*) FROM jsonb_array_elements(ledger_gauges(a, layers[i], asked, at)) g
      WHERE (g ->> 'shadow')::boolean AND asked > (g ->> 'limit')::bigint - (g ->> 'used')::bigint - (g ->> 'held')::bigint);
    IF p_ttl IS NULL THEN
      a := ledger_added(a, a.minute, a.day, a.month, asked, 0);
      a := ledger_counted(a, a.minute, asked, CASE WHEN over > 0 THEN asked ELSE 0 END);
    ELSE
      a := ledger_added(a, a.minute, a.day, a.month, 0, asked);
      INSERT INTO ledger_holds VALUES (a.account, p_id, asked, a.minute, a.day, a.month, at + make_interval(secs => p_ttl));
    END IF;
    PERFORM ledger_save(a);
    parts := parts || jsonb_build_object('account', a.account, 'zone', a.zone, 'minute', a.minute, 'day', a.day,
      'month', a.month);
    gauges := gauges || ledger_gauges(a, layers[i], 0, at);
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
-- what was charged without a reservation comes back, too.
CREATE FUNCTION ledger_resolve(p_caller text, p_id uuid, p_units bigint, p_refund boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known ledger_charges;
  part jsonb;
  accounts ledger_accounts[] := '{}';
  a ledger_accounts;
  h ledger_holds;
  at timestamptz;
  used bigint;
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
  IF known.state = 'held' AND (known.expires_at <= at
    OR (SELECT count(*) FROM ledger_holds WHERE charge = p_id AND account IN (SELECT p ->> 'account' FROM jsonb_array_elements(known.parts) p))
      < jsonb_array_length(known.parts)) THEN
    RETURN jsonb_build_object('outcome', 'expired');
  END IF;
  FOR i IN 1 .. cardinality(accounts) LOOP
    a := ledger_settled(accounts[i], (accounts[i]).zone, at);
    IF known.state = 'held' THEN
      DELETE FROM ledger_holds WHERE account = a.account AND charge = p_id RETURNING * INTO h;
      a := ledger_added(a, h.minute, h.day, h.month, used, -h.units);
      a := ledger_counted(a, h.minute, used, 0);
    ELSE
      SELECT p INTO part FROM jsonb_array_elements(known.parts) p WHERE p ->> 'account' = a.account;
      -- A date of another zone may be one that was begun anew since.
      a := ledger_added(a, (part ->> 'minute')::bigint, CASE WHEN part ->> 'zone' = a.zone THEN (part ->> 'day')::date END,
        CASE WHEN part ->> 'zone' = a.zone THEN (part ->> 'month')::date END, -known.units, 0);
      a := ledger_counted(a, (part ->> 'minute')::bigint, -known.units, 0);
    END IF;
    PERFORM ledger_save(a);
  END LOOP;
  UPDATE ledger_charges SET state = CASE WHEN p_refund THEN 'released' ELSE 'charged' END, units = used
    WHERE id = p_id AND caller = p_caller;
  RETURN jsonb_build_object('outcome', 'resolved', 'units', used, 'returned', known.units - used);
END $$;
--> statement-breakpoint
-- How accounts stand, nothing written: what a charge of so many units would find.
CREATE FUNCTION ledger_peek(p_units bigint, p_zone text, p_layers jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  layer jsonb;
  at timestamptz := ledger_now();
  a ledger_accounts;
  h ledger_holds;
  zone_was text;
  gauges jsonb := '[]';
  cap jsonb;
BEGIN
  FOR layer IN SELECT * FROM jsonb_array_elements(p_layers) LOOP
    SELECT * INTO a FROM ledger_accounts WHERE account = layer ->> 'account';
    IF NOT FOUND THEN a := ledger_new(layer ->> 'account', p_zone, at); END IF;
    zone_was := a.zone;
    a := ledger_turned(a, p_zone, at);
    -- What expired in a zone that was is sorted out by whoever charges next.
    IF zone_was = p_zone THEN
      FOR h IN SELECT * FROM ledger_holds WHERE account = a.account AND expires_at <= at LOOP
        a := ledger_added(a, h.minute, h.day, h.month, 0, -h.units);
      END LOOP;
    END IF;
    cap := layer #> '{caps,threads}';
    gauges := gauges || ledger_gauges(a, layer, p_units, at) || (
      SELECT jsonb_build_object('layer', layer -> 'layer', 'cap', 'threads', 'limit', cap -> 'limit', 'source', cap -> 'source',
        'shadow', coalesce(cap -> 'shadow', 'false'), 'raised', coalesce(cap -> 'raised', '0'),
        'used', count(*), 'held', 0, 'resetsAt', min(expires_at))
      FROM ledger_leases WHERE account = a.account AND expires_at > at);
  END LOOP;
  RETURN gauges;
END $$;
--> statement-breakpoint
-- A thread, for so many seconds. The same key while it lives: the same lease.
CREATE FUNCTION ledger_lease(p_caller text, p_key text, p_subject text, p_id uuid, p_ttl int, p_zone text, p_layers jsonb,
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
  SELECT * INTO known FROM ledger_leases l WHERE l.caller = p_caller AND l.key = p_key AND l.expires_at > at LIMIT 1;
  IF FOUND AND known.subject <> p_subject THEN RETURN jsonb_build_object('outcome', 'key-reused'); END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    DELETE FROM ledger_leases WHERE account = layer ->> 'account' AND expires_at <= at;
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
-- Keeps a lease for so many seconds from now, or ends it (null). False: there is none that lives.
CREATE FUNCTION ledger_renew(p_caller text, p_id uuid, p_ttl int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  each text;
  at timestamptz;
  lives boolean;
BEGIN
  FOR each IN SELECT account FROM ledger_leases WHERE id = p_id AND caller = p_caller ORDER BY account LOOP
    PERFORM ledger_locked(each);
  END LOOP;
  at := ledger_now();
  SELECT coalesce(bool_and(expires_at > at), false) INTO lives FROM ledger_leases WHERE id = p_id AND caller = p_caller;
  IF p_ttl IS NULL THEN
    DELETE FROM ledger_leases WHERE id = p_id AND caller = p_caller;
  ELSIF lives THEN
    UPDATE ledger_leases SET expires_at = at + make_interval(secs => p_ttl) WHERE id = p_id AND caller = p_caller;
  END IF;
  RETURN jsonb_build_object('lives', lives, 'expiresAt', CASE WHEN lives THEN at + make_interval(secs => p_ttl) END);
END $$;
--> statement-breakpoint
-- Begins a counter anew. Holds stay: they are taken from what is left. How much was counted.
CREATE FUNCTION ledger_reset(p_account text, p_cap text) RETURNS bigint
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
  ELSIF p_cap = 'daily' THEN
    was := a.day_used;
    a.day_used := 0;
  ELSE
    was := a.month_used;
    a.month_used := 0;
  END IF;
  PERFORM ledger_save(a);
  RETURN was;
END $$;
--> statement-breakpoint
-- Tidies: leases and reservations that are over.
CREATE FUNCTION ledger_tidy() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  at timestamptz := ledger_now();
  each text;
  a ledger_accounts;
BEGIN
  FOR each IN SELECT account FROM (
      SELECT account FROM ledger_holds WHERE expires_at <= at UNION SELECT account FROM ledger_leases WHERE expires_at <= at
    ) over ORDER BY account COLLATE "C" LIMIT 200 LOOP
    a := ledger_locked(each);
    PERFORM ledger_settled(a, a.zone, ledger_now());
    DELETE FROM ledger_leases WHERE account = each AND expires_at <= ledger_now();
  END LOOP;
END $$;
--> statement-breakpoint
-- Empties the slot of tomorrow: keys of the day before the day before yesterday. In a transaction of its own, because everybody waits for
-- the table meanwhile: for a tenth of a second at most while it is in use, then it is tried again later. False: nothing was emptied.
CREATE FUNCTION ledger_empty_slot() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
  slot_name text := format('ledger_charges_%s', (floor(extract(epoch FROM ledger_now()) / 86400)::bigint + 1) % 4);
  kept boolean;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('ledger_empty_slot', 14)) THEN RETURN false; END IF;
  EXECUTE format('SELECT NOT EXISTS (SELECT 1 FROM %I)', slot_name) INTO kept;
  IF kept THEN RETURN false; END IF;
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', slot_name);
  -- Whatever the clock did, and however long it took to get here: no key is forgotten before its two days are over.
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE at >= $1)', slot_name) INTO kept USING ledger_now() - interval '48 hours';
  IF kept THEN RETURN false; END IF;
  EXECUTE format('TRUNCATE %I', slot_name);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
--> statement-breakpoint
-- Forgets hours older than 13 months.
CREATE FUNCTION ledger_forget_hours() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM ledger_hours WHERE hour < floor(extract(epoch FROM ledger_now() - interval '13 months') / 3600)::bigint
$$;
--> statement-breakpoint
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname LIKE 'ledger\_%' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  GRANT EXECUTE ON FUNCTION ledger_charge(text, text, bytea, uuid, bigint, boolean, int, text, jsonb, timestamptz),
    ledger_resolve(text, uuid, bigint, boolean), ledger_peek(bigint, text, jsonb),
    ledger_lease(text, text, text, uuid, int, text, jsonb, timestamptz), ledger_renew(text, uuid, int), ledger_reset(text, text),
    ledger_tidy(), ledger_empty_slot(), ledger_forget_hours(), ledger_now() TO rolecall_app;
END $$;
