-- The log's Merkle tree, its signed checkpoints, and the two ways in which something may leave it: old entries after their
-- retention, and personal data that is erased. Both leave what is needed to verify the rest.

-- Perfect subtrees of the tree over the entries, the leaves (level 0) included: they outlive the entries themselves.
CREATE TABLE audit.node (
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 52),
  idx bigint NOT NULL CHECK (idx >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, idx)
);
--> statement-breakpoint
CREATE TABLE audit.checkpoint (
  size bigint PRIMARY KEY CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  chain bytea NOT NULL CHECK (octet_length(chain) = 32),
  note text NOT NULL,
  -- The key that signs from here on; such a checkpoint is signed by the key before it, too.
  rotates_to text,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
--> statement-breakpoint
-- Where the tree stands, one row. Every checkpoint updates it: of two processes that would sign from different snapshots the
-- later one fails and starts over.
CREATE TABLE audit.tree (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  -- The largest size that was signed.
  size bigint NOT NULL DEFAULT 0,
  first_vkey text,
  vkey text,
  next_vkey text,
  -- Entries up to this number were pruned.
  pruned bigint NOT NULL DEFAULT 0
);
--> statement-breakpoint
INSERT INTO audit.tree DEFAULT VALUES;
--> statement-breakpoint
-- How far each witness outside the database was told.
CREATE TABLE audit.witness (
  name text PRIMARY KEY,
  size bigint NOT NULL,
  busy_until timestamptz NOT NULL DEFAULT '-infinity'
);
--> statement-breakpoint
-- Completes the tree where entries have numbers already: on an installation from before there was a tree.
CREATE FUNCTION audit.complete_nodes() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  lvl smallint := 0;
  done bigint;
BEGIN
  SELECT coalesce(max(idx) + 1, 0) INTO done FROM audit.node WHERE level = 0;
  INSERT INTO audit.node
    SELECT 0, s.seq - 1, e.leaf FROM audit.seq s JOIN audit.entry e USING (n) WHERE s.seq > done;
  LOOP
    SELECT coalesce(max(idx) + 1, 0) INTO done FROM audit.node WHERE level = lvl + 1;
    INSERT INTO audit.node
      SELECT lvl + 1, l.idx / 2, sha256('\x01'::bytea || l.hash || r.hash)
      FROM audit.node l JOIN audit.node r ON r.level = l.level AND r.idx = l.idx + 1
      WHERE l.level = lvl AND l.idx % 2 = 0 AND l.idx / 2 >= done;
    EXIT WHEN NOT EXISTS (SELECT 1 FROM audit.node WHERE level = lvl + 1);
    lvl := lvl + 1;
  END LOOP;
END $$;
--> statement-breakpoint
SELECT audit.complete_nodes();
--> statement-breakpoint
-- A size is signed once, never a smaller one after it, and never more than there is.
CREATE FUNCTION audit.sign_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE audit.tree SET size = NEW.size,
      vkey = coalesce(NEW.rotates_to, vkey),
      next_vkey = CASE WHEN NEW.rotates_to IS NULL THEN next_vkey END
    WHERE size < NEW.size AND (NEW.rotates_to IS NULL OR NEW.rotates_to = next_vkey);
  IF NOT FOUND OR NEW.size > (SELECT max(seq) FROM audit.seq) THEN
    RAISE EXCEPTION 'a checkpoint of % entries is refused', NEW.size USING errcode = 'RC002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER b_once BEFORE INSERT ON audit.checkpoint FOR EACH ROW EXECUTE FUNCTION audit.sign_once();
--> statement-breakpoint
-- The first key, or the next one, which takes over with a checkpoint signed by both.
CREATE FUNCTION audit.adopt_key(p_vkey text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'audit.adopt_key outside an audited transaction' USING errcode = '42501';
  END IF;
  UPDATE audit.tree SET
    first_vkey = coalesce(first_vkey, p_vkey),
    vkey = coalesce(vkey, p_vkey),
    next_vkey = CASE WHEN vkey IS NULL OR vkey = p_vkey THEN NULL ELSE p_vkey END;
END $$;
--> statement-breakpoint
-- What may leave the log leaves it through the two functions below; they say so for their own transaction.
CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME IN ('entry', 'pii')
    AND nullif(current_setting('audit.removing', true), '') IS NOT DISTINCT FROM pg_current_xact_id()::text THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING errcode = '42501';
END $$;
--> statement-breakpoint
DROP TRIGGER append_only ON audit.pii;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['pii', 'node', 'checkpoint'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.%I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['node', 'checkpoint'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT ON audit.%I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- A number outlives its entry: the leaf is in the tree.
ALTER TABLE audit.seq DROP CONSTRAINT seq_n_fkey;
--> statement-breakpoint
-- Deletes entries, oldest first, up to the number that an entry of this very transaction names: what is gone is told in the log.
-- Never what is younger than 90 days, nor what no checkpoint covers.
CREATE FUNCTION audit.prune(p_entry uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  upto bigint;
  since bigint;
  gone bigint;
BEGIN
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
  UPDATE audit.tree SET pruned = upto;
  RETURN gone;
END $$;
--> statement-breakpoint
-- Deletes the personal data of one person (LOG-7): of what they did, of what was done to them, and of tries with their address.
-- An entry of this very transaction names them.
CREATE FUNCTION audit.erase(p_entry uuid, p_emails text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  person text;
  own bigint;
  gone bigint;
BEGIN
  SELECT doc->'target'->>'id', n INTO person, own FROM audit.entry
    WHERE id = p_entry AND txid = pg_current_xact_id() AND doc->>'action' = 'audit.erase';
  IF person IS NULL OR NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'erasing personal data without its entry is refused' USING errcode = '42501';
  END IF;
  PERFORM set_config('audit.removing', pg_current_xact_id()::text, true);
  DELETE FROM audit.pii p USING audit.entry e
    WHERE e.n = p.n AND e.n <> own AND (
      e.doc->'actor'->>'id' = person OR e.doc->'target'->>'id' = person
      OR CASE WHEN octet_length(p.doc) > 1
        THEN lower(convert_from(p.doc, 'UTF8')::jsonb->>'email') = ANY (p_emails) ELSE false END
    );
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('audit.removing', '', true);
  RETURN gone;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.adopt_key(text), audit.prune(uuid), audit.erase(uuid, text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.adopt_key(text), audit.prune(uuid), audit.erase(uuid, text[]) TO rolecall_app;
--> statement-breakpoint
GRANT SELECT ON audit.node, audit.checkpoint, audit.tree, audit.witness TO rolecall_app;
--> statement-breakpoint
GRANT INSERT ON audit.node, audit.checkpoint, audit.witness TO rolecall_app;
--> statement-breakpoint
GRANT UPDATE ON audit.witness TO rolecall_app;
