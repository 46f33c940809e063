-- The log and its guards. Every write happens in a transaction that declared itself audited, and every change commits
-- with at least one entry: the database itself refuses the rest.

CREATE SCHEMA audit;
--> statement-breakpoint
CREATE TABLE audit.entry (
  n bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  body bytea NOT NULL CHECK (octet_length(body) BETWEEN 2 AND 65536),
  leaf bytea NOT NULL GENERATED ALWAYS AS (sha256('\x00'::bytea || body)) STORED,
  doc jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX entry_txid ON audit.entry (txid);
--> statement-breakpoint
CREATE INDEX entry_action ON audit.entry ((doc->>'action'), n DESC);
--> statement-breakpoint
CREATE TABLE audit.pending (
  n bigint PRIMARY KEY REFERENCES audit.entry,
  touches text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE audit.seq (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  n bigint NOT NULL UNIQUE REFERENCES audit.entry,
  chain bytea NOT NULL CHECK (octet_length(chain) = 32)
);
--> statement-breakpoint
CREATE TABLE audit.pii (
  n bigint PRIMARY KEY REFERENCES audit.entry,
  salt bytea NOT NULL CHECK (octet_length(salt) = 16),
  doc bytea NOT NULL
);
--> statement-breakpoint
CREATE FUNCTION audit.in_audited_transaction() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT nullif(current_setting('app.txn', true), '') IS NOT DISTINCT FROM pg_current_xact_id()::text
$$;
--> statement-breakpoint
-- The only way into the log. The commitment of the body names the salt and the personal data stored beside it.
CREATE FUNCTION audit.append(p_id uuid, p_body bytea, p_salt bytea, p_pii bytea, p_touches text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE ticket bigint;
BEGIN
  IF NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'audit.append outside an audited transaction' USING errcode = '42501';
  END IF;
  INSERT INTO audit.entry (id, body, doc) VALUES (p_id, p_body, convert_from(p_body, 'UTF8')::jsonb)
    RETURNING n INTO ticket;
  INSERT INTO audit.pii VALUES (ticket, p_salt, p_pii);
  INSERT INTO audit.pending VALUES (ticket, p_touches);
  PERFORM pg_notify('audit', '');
  RETURN ticket;
END $$;
--> statement-breakpoint
-- Fence: a statement that a driver ran outside its transaction (after a lost connection) is refused here.
CREATE FUNCTION audit.need_context() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT audit.in_audited_transaction() THEN
    RAISE EXCEPTION 'write to % outside an audited transaction', TG_TABLE_NAME USING errcode = '42501';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Completeness: judged at commit, when all entries of the transaction are there.
CREATE FUNCTION audit.need_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM audit.entry WHERE txid = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'change of % without an entry in the log', TG_TABLE_NAME USING errcode = '42501';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING errcode = '42501';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.seq
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit.pii
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit.pending
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['roles', 'role_permissions', 'administrators', 'installation'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
  -- A session's idle end moves with every request and is no event; its beginning and its end are.
  CREATE TRIGGER a_context BEFORE INSERT OR DELETE OR TRUNCATE ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
  CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR DELETE ON sessions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
  -- An answer must stand or fall with the change it reports.
  CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR TRUNCATE ON operations
    FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
END $$;
--> statement-breakpoint
-- ACC-5: whoever takes a Super Administrator away waits for the others who do, then counts who is left.
CREATE FUNCTION keep_a_super_administrator() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM 1 FROM roles WHERE id = 'super_administrator' FOR UPDATE;
  IF NOT EXISTS (
    SELECT 1 FROM administrators
    WHERE role_id = 'super_administrator' AND status = 'active' AND deleted_at IS NULL
  ) THEN
    RAISE EXCEPTION 'no usable Super Administrator would be left' USING errcode = 'RC001';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER y_super AFTER UPDATE ON administrators DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (
    OLD.role_id = 'super_administrator' AND OLD.status = 'active' AND OLD.deleted_at IS NULL
    AND NOT (NEW.role_id = 'super_administrator' AND NEW.status = 'active' AND NEW.deleted_at IS NULL)
  ) EXECUTE FUNCTION keep_a_super_administrator();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER y_super_deleted AFTER DELETE ON administrators DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.role_id = 'super_administrator') EXECUTE FUNCTION keep_a_super_administrator();
--> statement-breakpoint
-- The program's own role: no DDL, nothing on the log but appending, numbering and reading.
DO $$
BEGIN
  CREATE ROLE rolecall_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
--> statement-breakpoint
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'rolecall_app', 'MEMBER') THEN
    GRANT rolecall_app TO CURRENT_USER;
  END IF;
END $$;
--> statement-breakpoint
REVOKE ALL ON SCHEMA public FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public, audit TO rolecall_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rolecall_app;
--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO rolecall_app;
--> statement-breakpoint
GRANT DELETE ON audit.pending TO rolecall_app;
--> statement-breakpoint
GRANT INSERT ON audit.seq TO rolecall_app;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.append(uuid, bytea, bytea, bytea, text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.append(uuid, bytea, bytea, bytea, text[]) TO rolecall_app;
