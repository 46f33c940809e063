-- Days and months of a layer begin in its own zone, where it has one: a user has its own, and shares the total of the platform with others.
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
  SELECT c.id, c.hash, c.state, c.answer, jsonb_array_length(c.parts) = (
      SELECT count(*) FROM ledger_holds h JOIN jsonb_array_elements(c.parts) p ON h.account = p ->> 'account'
      WHERE h.charge = c.id AND h.expires_at > ledger_now()) AS lives
    INTO known FROM ledger_charges c WHERE c.caller = p_caller AND c.key = p_key LIMIT 1;
  IF FOUND THEN
    IF known.hash <> p_hash THEN RETURN jsonb_build_object('outcome', 'key-reused'); END IF;
    -- What was given back is not counted: sent under its old answer it would be for nothing.
    IF known.state = 'released' THEN RETURN jsonb_build_object('outcome', 'released'); END IF;
    IF known.state = 'held' AND NOT known.lives THEN
      PERFORM ledger_resolve(p_caller, known.id, NULL, true);
      RETURN jsonb_build_object('outcome', 'expired');
    END IF;
    RETURN known.answer;
  END IF;
  FOR layer IN SELECT l FROM jsonb_array_elements(p_layers) l ORDER BY (l ->> 'account') COLLATE "C" LOOP
    accounts := accounts || ledger_locked_or_new(layer ->> 'account', coalesce(layer ->> 'zone', p_zone));
    layers := layers || layer;
  END LOOP;
  at := ledger_now();
  IF at > p_asked + interval '1 second' THEN RETURN jsonb_build_object('outcome', 'stale'); END IF;
  FOR i IN 1 .. cardinality(accounts) LOOP
    accounts[i] := ledger_settled(accounts[i], coalesce(layers[i] ->> 'zone', p_zone), at);
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
      a.smooth_at := at;
    END IF;
    parts := parts || ledger_put(a, p_id, asked, CASE WHEN over > 0 THEN asked ELSE 0 END, p_ttl, at);
    known_gauges := ledger_paced(ledger_seen(a.account, a.zone, at), layers[i], 0, at);
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
    gauges := gauges || ledger_paced(ledger_seen(layer ->> 'account', coalesce(layer ->> 'zone', p_zone), at), layer, p_units, at) || (
      SELECT jsonb_build_object('layer', layer -> 'layer', 'cap', 'threads', 'limit', cap -> 'limit', 'source', cap -> 'source',
        'shadow', coalesce(cap -> 'shadow', 'false'), 'raised', coalesce(cap -> 'raised', '0'),
        'used', count(*), 'held', 0, 'resetsAt', min(expires_at))
      FROM ledger_leases WHERE account = layer ->> 'account' AND expires_at > at AND expires_at <= at + interval '2 hours');
  END LOOP;
  RETURN gauges;
END $$;
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
    PERFORM ledger_locked_or_new(layer ->> 'account', coalesce(layer ->> 'zone', p_zone));
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
