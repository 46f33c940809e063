-- Erasing personal data from the log is work of its own (LOG-7): an entry says whose, and what it says is done block by block, by whoever comes
-- to it, as long as it takes. What asked for it commits at once.
CREATE TABLE audit.erasure (
  -- The ticket of the entry that says so.
  n bigint PRIMARY KEY,
  person text NOT NULL,
  -- Addresses with which tries to sign in are theirs, in small letters; none once it is done.
  emails text[] NOT NULL,
  -- The block of the index to go on with.
  next_block bigint NOT NULL DEFAULT 0,
  -- From how many entries something was erased.
  gone bigint NOT NULL DEFAULT 0,
  ended_at timestamptz
);
--> statement-breakpoint
CREATE INDEX erasure_due ON audit.erasure (n) WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE ON audit.erasure
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
GRANT SELECT ON audit.erasure TO rolecall_app;
--> statement-breakpoint
-- Has the personal data erased of whom an entry of this very transaction names; its ticket.
CREATE OR REPLACE FUNCTION audit.erase(p_entry uuid, p_emails text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  whose text;
  own bigint;
BEGIN
  SELECT doc->'target'->>'id', n INTO whose, own FROM audit.entry
    WHERE id = p_entry AND txid = pg_current_xact_id() AND doc->>'action' = 'audit.erase';
  IF whose IS NULL OR NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'erasing personal data without its entry is refused' USING errcode = '42501';
  END IF;
  INSERT INTO audit.erasure (n, person, emails) VALUES (own, whose, p_emails);
  RETURN own;
END $$;
--> statement-breakpoint
CREATE FUNCTION audit.personal(p_doc bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN octet_length(p_doc) > 1 THEN convert_from(p_doc, 'UTF8')::jsonb END
$$;
--> statement-breakpoint
-- The next blocks of an erasure: `tokens` are sets of hashes of which a block with something of this person has one as a whole (decision 0028);
-- what no block holds yet is looked through. Of what they did, of what was done to them, and of tries with their addresses; and of entries of the
-- same change a name of theirs that another got or had. Only before the entry about the erasure: a verifier takes what is missing after it for stolen.
-- Searching holds nobody up; the sequencer waits for what is deleted of these blocks alone. Answers how it stands; null: its entry has no number yet,
-- or another process is at it.
CREATE FUNCTION audit.erase_next(p_n bigint, p_tokens jsonb, p_blocks int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  due audit.erasure;
  own bigint;
  made bigint;
  blocks bigint[];
  found bigint[];
BEGIN
  IF NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'audit.erase_next outside an audited transaction' USING errcode = '42501';
  END IF;
  SELECT * INTO due FROM audit.erasure WHERE n = p_n AND ended_at IS NULL FOR UPDATE SKIP LOCKED;
  SELECT seq INTO own FROM audit.seq WHERE n = due.n;
  IF own IS NULL THEN RETURN NULL; END IF;
  SELECT coalesce(max(block) + 1, 0) INTO made FROM audit.block;
  SELECT coalesce(array_agg(b), '{}') INTO blocks FROM (
    SELECT b FROM (
      SELECT audit.blocks_holding(ARRAY(SELECT t::int FROM jsonb_array_elements_text(tokens) t)) AS b FROM jsonb_array_elements(p_tokens) tokens
      UNION SELECT generate_series(greatest(made, due.next_block), own >> 6)
    ) holding WHERE b >= due.next_block AND b <= own >> 6 ORDER BY b LIMIT p_blocks) next;
  WITH there AS (
    SELECT e.n, e.txid, e.doc, audit.personal(p.doc) AS personal FROM unnest(blocks) b
      CROSS JOIN LATERAL (SELECT s.n FROM audit.seq s WHERE s.seq >= b * 64 AND s.seq < (b + 1) * 64 AND s.seq < own LIMIT 64) s
      JOIN audit.entry e ON e.n = s.n JOIN audit.pii p ON p.n = s.n
  ), theirs AS (
    SELECT * FROM there WHERE doc->'actor'->>'id' = due.person OR doc->'target'->>'id' = due.person
      OR lower(personal->>'email') = ANY (due.emails)
  ), names AS (
    SELECT t.txid, v.value FROM theirs t CROSS JOIN LATERAL jsonb_each_text(t.personal->'details') v
      WHERE t.doc->'target'->>'id' = due.person AND v.key IN ('sendingName', 'oldEmail', 'newEmail')
  )
  SELECT array_agg(n) INTO found FROM (
    SELECT n FROM theirs
    UNION SELECT o.n FROM names JOIN audit.entry o ON o.txid = names.txid JOIN audit.pii p ON p.n = o.n JOIN audit.seq s ON s.n = o.n
      WHERE s.seq < own AND audit.personal(p.doc)->'details'->>'sendingName' = names.value
  ) all_theirs;
  IF found IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(1936028021);
    PERFORM set_config('audit.removing', pg_current_xact_id()::text, true);
    DELETE FROM audit.pii WHERE n = ANY (found);
    PERFORM set_config('audit.removing', '', true);
    UPDATE audit.fact f SET ip = NULL, personal = '' FROM audit.seq s WHERE s.n = ANY (found) AND f.seq = s.seq;
    UPDATE audit.block SET tokens = NULL WHERE block IN (SELECT s.seq >> 6 FROM audit.seq s WHERE s.n = ANY (found));
  END IF;
  UPDATE audit.erasure SET gone = gone + coalesce(cardinality(found), 0),
      next_block = coalesce(blocks[cardinality(blocks)] + 1, next_block),
      ended_at = CASE WHEN cardinality(blocks) < p_blocks THEN clock_timestamp() END,
      emails = CASE WHEN cardinality(blocks) < p_blocks THEN '{}' ELSE emails END
    WHERE n = due.n RETURNING * INTO due;
  RETURN jsonb_build_object('gone', due.gone, 'ended', due.ended_at IS NOT NULL);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.erase_next(bigint, jsonb, int), audit.personal(bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.erase_next(bigint, jsonb, int) TO rolecall_app;
--> statement-breakpoint
-- Whom an answer is about: what it says of somebody who is erased goes as well.
ALTER TABLE "operations" ADD COLUMN "about" text;--> statement-breakpoint
CREATE INDEX "operations_about" ON "operations" USING btree ("about") WHERE about is not null;
--> statement-breakpoint
-- How much of each cap accounts have used, `{account, zone}` each; of those alone that the ledger knows. One statement, however many they are:
-- what the gauges are worked out from (ledger_peek) takes a look at each.
CREATE FUNCTION ledger_used(p_accounts jsonb) RETURNS TABLE (account text, hourly bigint, daily bigint, monthly bigint, threads bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH asked AS MATERIALIZED (
    SELECT o.account COLLATE "C" AS account, o.zone FROM jsonb_to_recordset(p_accounts) o (account text, zone text)
  ), counted AS MATERIALIZED (
    SELECT asked.account, t.hour_used, t.day_used, t.month_used FROM asked
      JOIN ledger_accounts a ON a.account = asked.account
      CROSS JOIN LATERAL ledger_turned(a, asked.zone, ledger_now()) t
  ), leased AS MATERIALIZED (
    SELECT l.account, count(*) AS threads FROM ledger_leases l JOIN asked ON asked.account = l.account
      WHERE l.expires_at > ledger_now() AND l.expires_at <= ledger_now() + interval '2 hours' GROUP BY 1
  )
  SELECT account, coalesce((SELECT sum(u) FROM unnest(hour_used) u), 0)::bigint, coalesce(day_used, 0), coalesce(month_used, 0), coalesce(threads, 0)
    FROM counted FULL JOIN leased USING (account)
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_used(jsonb) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ledger_used(jsonb) TO rolecall_app;
--> statement-breakpoint
-- As in 0025; of a group whose facts have become old, a key that was used before has the answer that it got, as when it comes alone.
CREATE OR REPLACE FUNCTION ledger_charge_all(p_groups jsonb) RETURNS jsonb
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
      THEN jsonb_build_object('outcome', 'decided', 'granted', '[]'::jsonb, 'gauges', '[]'::jsonb, 'refused', '{}'::jsonb, 'revision', newest,
        'others', (SELECT jsonb_object_agg(n, ledger_charge(a ->> 'caller', a ->> 'key', decode(a ->> 'hash', 'hex'), (a ->> 'id')::uuid,
          (a ->> 'units')::bigint, false, NULL, each.g ->> 'zone', each.g -> 'layers', (each.g ->> 'asked')::timestamptz))
          FROM jsonb_array_elements(each.g -> 'asks') WITH ORDINALITY asks(a, n)))
      ELSE ledger_charge_group(each.g, at, newest) END;
  END LOOP;
  RETURN answers;
END $$;
