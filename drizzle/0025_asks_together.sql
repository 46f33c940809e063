-- Asks that wait at the same moment are decided together (docs/decisions/0054): one statement, the same locks, one commit. All layers of a
-- group are one subject's, read at one time; its asks are plain ones: all of their units or none, and nothing is held.

-- What is left of an account in the caps that are enforced; null: nothing limits it.
CREATE FUNCTION ledger_left(a ledger_accounts, p_layer jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT least(
    (p_layer #>> '{caps,hourly,limit}')::bigint
      - (SELECT sum(used + held)::bigint FROM unnest(a.hour_used, a.hour_held) each(used, held)),
    (p_layer #>> '{caps,daily,limit}')::bigint - a.day_used - a.day_held,
    (p_layer #>> '{caps,monthly,limit}')::bigint - a.month_used - a.month_held)
$$;
--> statement-breakpoint
-- How locked, settled accounts stand together, for whoever asks for so many units.
CREATE FUNCTION ledger_all_gauges(p_accounts ledger_accounts[], p_layers jsonb[], p_units bigint, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gauges jsonb := '[]';
BEGIN
  FOR i IN 1 .. cardinality(p_accounts) LOOP
    gauges := gauges || ledger_paced(p_accounts[i], p_layers[i], p_units, p_now);
  END LOOP;
  RETURN gauges;
END $$;
--> statement-breakpoint
-- Decides the asks of a group one by one, under locks of all its accounts and keys, and charges what was granted at once. `granted` and
-- `others` are by the asks' places: another answer is that of a key that was used before. `gauges` is how the layers stand after all of it,
-- `refused` how they stand for whoever asks for so many units.
CREATE FUNCTION ledger_charge_group(p_group jsonb, p_now timestamptz, p_revision bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  layer jsonb;
  accounts ledger_accounts[] := '{}';
  layers jsonb[] := '{}';
  a ledger_accounts;
  room bigint;
  ask record;
  total bigint := 0;
  granted int[] := '{}';
  again int[] := '{}';
  too_many bigint[] := '{}';
  parts jsonb := '[]';
  gauges jsonb := '[]';
  known jsonb;
  refused jsonb := '{}';
  others jsonb := '{}';
BEGIN
  FOR layer IN SELECT l FROM jsonb_array_elements(p_group -> 'layers') l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    -- A user has a zone of its own, and shares the total of the platform with others.
    a := ledger_settled(ledger_locked(layer ->> 'account'), coalesce(layer ->> 'zone', p_group ->> 'zone'), p_now);
    accounts := accounts || a;
    layers := layers || layer;
    room := least(room, ledger_left(a, layer));
  END LOOP;
  FOR ask IN SELECT each.n::int AS n, each.units, (row_number() OVER (PARTITION BY each.caller, each.key ORDER BY each.n) > 1
      OR EXISTS (SELECT 1 FROM ledger_charges c WHERE c.caller = each.caller AND c.key = each.key)) AS known
    FROM ROWS FROM (jsonb_to_recordset(p_group -> 'asks') AS (caller text, key text, units bigint))
      WITH ORDINALITY each(caller, key, units, n) ORDER BY each.n LOOP
    IF ask.known THEN
      again := again || ask.n;
    ELSIF ask.units <= room OR room IS NULL THEN
      room := room - ask.units;
      total := total + ask.units;
      granted := granted || ask.n;
    ELSIF NOT ask.units = ANY (too_many) THEN
      too_many := too_many || ask.units;
    END IF;
  END LOOP;
  IF total > 0 THEN
    FOR i IN 1 .. cardinality(accounts) LOOP
      a := accounts[i];
      a := ledger_counted(ledger_added(a, a.minute, a.day, a.month, total, 0), a.minute, total, 0);
      PERFORM ledger_save(a);
      accounts[i] := a;
      parts := parts || jsonb_build_object('account', a.account, 'zone', a.zone, 'minute', a.minute, 'day', a.day,
        'month', a.month, 'over', 0, 'turns', jsonb_build_array(a.hour_turn, a.day_turn, a.month_turn));
      known := ledger_paced(a, layers[i], 0, p_now);
      IF layers[i] ? 'alerts' THEN PERFORM ledger_crossed(a, layers[i], known, p_now); END IF;
      gauges := gauges || known;
    END LOOP;
    INSERT INTO ledger_charges SELECT (floor(extract(epoch FROM p_now) / 86400)::bigint % 4)::smallint, each.caller, each.key, each.id,
        decode(each.hash, 'hex'), 'charged', each.units, parts, jsonb_build_object('outcome', 'granted', 'id', each.id, 'units', each.units,
        'gauges', gauges, 'expiresAt', NULL, 'revision', p_revision), p_now, NULL
      FROM ROWS FROM (jsonb_to_recordset(p_group -> 'asks') AS (caller text, key text, id uuid, hash text, units bigint))
        WITH ORDINALITY each(caller, key, id, hash, units, n) WHERE each.n = ANY (granted);
  END IF;
  FOR i IN 1 .. cardinality(too_many) LOOP
    refused := refused || jsonb_build_object(too_many[i], ledger_all_gauges(accounts, layers, too_many[i], p_now));
  END LOOP;
  FOR i IN 1 .. cardinality(again) LOOP
    SELECT l INTO layer FROM jsonb_array_elements(p_group -> 'asks') WITH ORDINALITY asks(l, n) WHERE n = again[i];
    others := others || jsonb_build_object(again[i], ledger_charge(layer ->> 'caller', layer ->> 'key', decode(layer ->> 'hash', 'hex'),
      (layer ->> 'id')::uuid, (layer ->> 'units')::bigint, false, NULL, p_group ->> 'zone', p_group -> 'layers', NULL));
  END LOOP;
  RETURN jsonb_build_object('outcome', 'decided', 'granted', to_jsonb(granted), 'gauges', gauges, 'refused', refused,
    'others', others, 'revision', p_revision);
END $$;
--> statement-breakpoint
-- Decides groups of asks (`zone`, `layers`, `asked`, `asks`) in their order; an answer of each. Keys are locked before accounts, as everywhere,
-- and both in an order of their own.
CREATE FUNCTION ledger_charge_all(p_groups jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  each record;
  at timestamptz;
  newest bigint;
  answers jsonb := '[]';
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM pg_advisory_xact_lock(place) FROM (
    SELECT DISTINCT hashtextextended((a ->> 'caller') || E'\n' || (a ->> 'key'), 14) AS place
    FROM jsonb_array_elements(p_groups) g, jsonb_array_elements(g -> 'asks') a ORDER BY place) keys;
  FOR each IN SELECT DISTINCT ON ((l ->> 'account') COLLATE "C") l ->> 'account' AS account,
        coalesce(l ->> 'zone', g ->> 'zone') AS zone
      FROM jsonb_array_elements(p_groups) g, jsonb_array_elements(g -> 'layers') l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    PERFORM ledger_locked_or_new(each.account, each.zone);
  END LOOP;
  at := ledger_now();
  newest := (SELECT coalesce(max(seq), 0) FROM audit.seq);
  FOR each IN SELECT g FROM jsonb_array_elements(p_groups) WITH ORDINALITY groups(g, n) ORDER BY n LOOP
    answers := answers || CASE WHEN at > (each.g ->> 'asked')::timestamptz + interval '1 second'
      THEN jsonb_build_object('outcome', 'stale') ELSE ledger_charge_group(each.g, at, newest) END;
  END LOOP;
  RETURN answers;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_left(ledger_accounts, jsonb), ledger_all_gauges(ledger_accounts[], jsonb[], bigint, timestamptz),
  ledger_charge_group(jsonb, timestamptz, bigint), ledger_charge_all(jsonb) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ledger_charge_all(jsonb) TO rolecall_app;
