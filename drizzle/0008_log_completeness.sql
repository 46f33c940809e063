-- What 0001 and 0004 left open: changes of a session that are events (whose it is, its secret, its factors, its end), where a mail
-- goes and what it says, and devices that are known. Only what is counted or ticked off may move without an entry.

ALTER TABLE "installation" ADD COLUMN "structure" text;
--> statement-breakpoint
CREATE TRIGGER a_context_change
  BEFORE UPDATE OF sid, administrator_id, secret_hash, aal, ip, user_agent, created_at, proved_at, ends_at ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change
  AFTER UPDATE OF sid, administrator_id, secret_hash, aal, ip, user_agent, created_at, proved_at, ends_at ON sessions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF id, administrator_id, address, kind, data, created_at ON mails
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change AFTER UPDATE OF id, administrator_id, address, kind, data, created_at ON mails
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF id, administrator_id, kind, data, at ON notices
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change AFTER UPDATE OF id, administrator_id, kind, data, at ON notices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF administrator_id, hash ON known_devices
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OF administrator_id, hash ON known_devices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
-- As in 0006, but of two processes that prune at once the later one never takes the mark back: entries below it are gone, and
-- nothing would ever be found there to prune.
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
-- As in 0006, but only of entries that stand before the one about the erasure: a verifier takes what is missing after it for stolen.
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
