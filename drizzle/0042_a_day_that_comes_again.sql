-- A clock that ran ahead and is put right may fall back into a day, or a month, that had turned meanwhile: of it all counts that the history knows,
-- also what was charged later in it than it is now. It replaces the function of 0017, which counted up to this moment alone, and so too little.
CREATE OR REPLACE FUNCTION ledger_rewound(a ledger_accounts, p_now timestamptz) RETURNS ledger_accounts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  m bigint := floor(extract(epoch FROM p_now) / 60);
  d date := (p_now AT TIME ZONE a.zone)::date;
  day_began timestamptz := ledger_begin_of(a.day, a.zone);
  month_began timestamptz := ledger_begin_of(a.month, a.zone);
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
  IF p_now < day_began - interval '61 minutes' THEN
    a.day_used := a.day_used + ledger_units_between(a, ledger_begin_of(d, a.zone), day_began - interval '1 second');
    a.day := d;
    a.day_turn := a.day_turn + 1;
    a.day_held := (SELECT coalesce(sum(units), 0) FROM ledger_holds WHERE account = a.account AND least(day, d) = d);
  END IF;
  IF p_now < month_began - interval '61 minutes' THEN
    a.month := ledger_month_of(d);
    a.month_used := a.month_used + ledger_units_between(a, ledger_begin_of(a.month, a.zone), month_began - interval '1 second');
    a.month_turn := a.month_turn + 1;
    a.month_held := (SELECT coalesce(sum(units), 0) FROM ledger_holds WHERE account = a.account AND least(month, a.month) = a.month);
  END IF;
  RETURN a;
END $$;
