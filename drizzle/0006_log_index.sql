-- What the log is searched by: one narrow row for each numbered entry, and for every 64 entries in a row a block that says
-- what is in them. Both are projections that the sequencer writes (decision 0028); emptied, they are made anew.

CREATE TABLE audit.fact (
  seq bigint PRIMARY KEY,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  view text NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  actor text,
  target text NOT NULL,
  -- What the entry says, in small letters: its sentence, names and values.
  words text NOT NULL,
  -- Personal data, as long as audit.pii holds them.
  ip text,
  personal text NOT NULL,
  -- Where the target got another role: which role somebody had at a moment is told by these.
  old_role text,
  new_role text
);
--> statement-breakpoint
CREATE INDEX fact_role ON audit.fact (target, seq) WHERE old_role IS NOT NULL OR new_role IS NOT NULL;
--> statement-breakpoint
CREATE TABLE audit.block (
  -- Entries block * 64 up to block * 64 + 63.
  block bigint PRIMARY KEY,
  min_at timestamptz NOT NULL,
  max_at timestamptz NOT NULL,
  -- Entries by view and outcome: {authentication: [ok, failed], …}.
  counts jsonb NOT NULL,
  -- Hashes of all that its entries can be found by; null: to be made anew, and until then everything may be in it.
  tokens integer[]
);
--> statement-breakpoint
-- Most hashes are in many blocks: some blocks at once cost little more than one. How many wait for that is for who writes them to
-- say (gin_pending_list_limit).
CREATE INDEX block_tokens ON audit.block USING gin (tokens);
--> statement-breakpoint
CREATE INDEX block_unknown ON audit.block (block) WHERE tokens IS NULL;
--> statement-breakpoint
-- The blocks that may hold an entry with all of these. The planner takes reading thousands of arrays for cheap, which it is
-- not: here it has the indexes alone.
CREATE FUNCTION audit.blocks_holding(p_tokens integer[]) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 500 SET search_path = pg_catalog SET enable_seqscan = off SET enable_indexscan = off
SET enable_indexonlyscan = off AS $$
  SELECT block FROM audit.block WHERE tokens @> p_tokens
  UNION ALL SELECT block FROM audit.block WHERE tokens IS NULL
$$;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['fact', 'block'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE ON audit.%I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- As in 0005, and out of the projections, too. The sequencer waits: what it is writing must not bring back what is deleted. Of two
-- processes that prune at once the later one never takes the mark back: entries below it are gone, and nothing would ever be found
-- there to prune.
CREATE OR REPLACE FUNCTION audit.prune(p_entry uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  upto bigint;
  since bigint;
  gone bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(1936028021);
  SELECT (doc->'target'->>'id')::bigint INTO upto FROM audit.entry
    WHERE id = p_entry AND txid = pg_current_xact_id() AND doc->>'action' = 'audit.prune';
  SELECT pruned INTO since FROM audit.tree WHERE size >= upto FOR UPDATE;
  IF since IS NULL OR NOT audit.in_audited_transaction() OR EXISTS (
    SELECT 1 FROM audit.seq s JOIN audit.entry e USING (n)
    WHERE s.seq > since AND s.seq <= upto AND (e.doc->>'at')::timestamptz > now() - interval '90 days'
  ) THEN
    RAISE EXCEPTION 'pruning the log up to % is refused', upto USING errcode = '42501';
  END IF;
  PERFORM set_config('audit.removing', pg_current_xact_id()::text, true);
  DELETE FROM audit.pii p USING audit.seq s WHERE s.n = p.n AND s.seq > since AND s.seq <= upto;
  -- Which key signs is told by entries alone: without them nobody could verify what comes later.
  DELETE FROM audit.entry e USING audit.seq s WHERE s.n = e.n AND s.seq > since AND s.seq <= upto
    AND e.doc->>'action' NOT IN ('audit.key.adopt', 'audit.key.rotate');
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('audit.removing', '', true);
  DELETE FROM audit.fact WHERE seq > since AND seq <= upto
    AND action NOT IN ('audit.key.adopt', 'audit.key.rotate');
  UPDATE audit.fact SET ip = NULL, personal = '' WHERE seq > since AND seq <= upto;
  DELETE FROM audit.block b WHERE block BETWEEN since >> 6 AND upto >> 6
    AND NOT EXISTS (SELECT 1 FROM audit.fact f WHERE f.seq >> 6 = b.block AND f.seq BETWEEN b.block * 64 AND b.block * 64 + 63);
  UPDATE audit.block SET tokens = NULL WHERE block BETWEEN since >> 6 AND upto >> 6;
  UPDATE audit.tree SET pruned = greatest(since, upto);
  RETURN gone;
END $$;
--> statement-breakpoint
-- As in 0005, and out of the projections; only of entries that stand before the one about the erasure: a verifier takes what is
-- missing after it for stolen.
CREATE OR REPLACE FUNCTION audit.erase(p_entry uuid, p_emails text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  person text;
  own bigint;
  gone bigint[];
BEGIN
  PERFORM pg_advisory_xact_lock(1936028021);
  SELECT doc->'target'->>'id', n INTO person, own FROM audit.entry
    WHERE id = p_entry AND txid = pg_current_xact_id() AND doc->>'action' = 'audit.erase';
  IF person IS NULL OR NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'erasing personal data without its entry is refused' USING errcode = '42501';
  END IF;
  PERFORM set_config('audit.removing', pg_current_xact_id()::text, true);
  WITH removed AS (
    DELETE FROM audit.pii p USING audit.entry e
      WHERE e.n = p.n AND e.n < own AND (
        e.doc->'actor'->>'id' = person OR e.doc->'target'->>'id' = person
        OR CASE WHEN octet_length(p.doc) > 1
          THEN lower(convert_from(p.doc, 'UTF8')::jsonb->>'email') = ANY (p_emails) ELSE false END
      )
      RETURNING p.n
  ) SELECT coalesce(array_agg(n), '{}') INTO gone FROM removed;
  PERFORM set_config('audit.removing', '', true);
  UPDATE audit.fact f SET ip = NULL, personal = '' FROM audit.seq s WHERE s.n = ANY (gone) AND f.seq = s.seq;
  UPDATE audit.block SET tokens = NULL
    WHERE block IN (SELECT s.seq >> 6 FROM audit.seq s WHERE s.n = ANY (gone));
  RETURN cardinality(gone);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.blocks_holding(integer[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.blocks_holding(integer[]) TO rolecall_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON audit.fact TO rolecall_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON audit.block TO rolecall_app;
--> statement-breakpoint
-- When each view of the log was last looked at by whom, so that looking is recorded now and then, not with every page.
CREATE TABLE audit.viewed (
  administrator_id uuid NOT NULL,
  view text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (administrator_id, view)
);
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE ON audit.viewed
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE ON audit.viewed
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON audit.viewed TO rolecall_app;
--> statement-breakpoint
-- Filters that somebody keeps under a name: theirs alone, and nothing that changes what the console is about.
CREATE TABLE audit.saved_filter (
  administrator_id uuid PRIMARY KEY REFERENCES public.administrators ON DELETE CASCADE,
  filters jsonb NOT NULL
);
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE ON audit.saved_filter
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON audit.saved_filter TO rolecall_app;
