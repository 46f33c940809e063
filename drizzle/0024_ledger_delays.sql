-- A delay of smooth sending is that of the moment it was caused in (`smooth_at`): what a clock that ran ahead put there delays nothing, however close that
-- moment has come since. A hold of which a part is over is over whole: what is left of it comes back when that is said. Null: caused before this.
ALTER TABLE "ledger_accounts" ADD COLUMN "smooth_at" timestamp (6) with time zone;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ledger_save(a ledger_accounts) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE ledger_accounts SET zone = a.zone, minute = a.minute, hour_used = a.hour_used, hour_held = a.hour_held,
    day = a.day, day_used = a.day_used, day_held = a.day_held, month = a.month, month_used = a.month_used,
    month_held = a.month_held, counted_hour = a.counted_hour, counted_units = a.counted_units, counted_over = a.counted_over,
    hour_turn = a.hour_turn, day_turn = a.day_turn, month_turn = a.month_turn,
    smooth_next = a.smooth_next, smooth_charge = a.smooth_charge, smooth_rate = a.smooth_rate, smooth_at = a.smooth_at
  WHERE account = a.account
$$;
--> statement-breakpoint
-- The gauges of an account. Of one whose sending is spread evenly, `next` is when the next ask may pass; null: now. More than an hour
-- ahead no ask puts it, nor one of a minute that has not come: a clock did.
CREATE OR REPLACE FUNCTION ledger_paced(a ledger_accounts, p_layer jsonb, p_units bigint, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_set(gauges, '{0,next}', coalesce(to_jsonb(CASE WHEN (p_layer ->> 'smooth')::boolean
    AND p_layer #>> '{caps,hourly,limit}' IS NOT NULL AND a.smooth_next > p_now AND a.smooth_next <= p_now + interval '1 hour'
    AND coalesce(a.smooth_at <= p_now + interval '1 minute', true)
    THEN a.smooth_next END), 'null'))
  FROM ledger_gauges(a, p_layer, p_units, p_now) gauges
$$;
--> statement-breakpoint
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
    FOR i IN 1 .. cardinality(accounts) LOOP
      a := accounts[i];
      DELETE FROM ledger_holds WHERE account = a.account AND charge = p_id RETURNING * INTO h;
      IF FOUND THEN
        PERFORM ledger_save(ledger_unsent(ledger_added(a, h.minute, h.day, h.month, 0, -h.units), p_id, h.units));
      END IF;
    END LOOP;
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
