-- A change of the zone begins days and months of another count: what was charged before it is given back to none of them, also when the zone is
-- later the first one again, where the same date may be one that was begun anew since.
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
    a.day_turn := a.day_turn + 1;
    a.month_turn := a.month_turn + 1;
  ELSE
    a.day := greatest(a.day, d);
    a.month := greatest(a.month, ledger_month_of(d));
  END IF;
  RETURN a;
END $$;
