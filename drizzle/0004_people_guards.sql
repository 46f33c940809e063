-- The fences of 0001 for the tables of 0003, and ACC-5 in full: a Super Administrator counts who can use the console.

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['totp', 'recovery_codes', 'ownership_offer', 'settings'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
  -- Notices and mail say what an entry says already: they must not outlive a change that was rolled back.
  FOREACH t IN ARRAY ARRAY['notices', 'mails', 'known_devices'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON known_devices, mails, notices, ownership_offer, recovery_codes, settings, totp
  TO rolecall_app;
--> statement-breakpoint
-- Usable: active, activated, and able to meet what is asked as a second factor (now or from a later date on).
CREATE FUNCTION is_usable_super(a administrators) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT a.role_id = 'super_administrator' AND a.status = 'active' AND a.deleted_at IS NULL
    AND a.activation_expires_at IS NULL AND a.password_hash IS NOT NULL
    AND (a.two_factor OR NOT (
      a.require_2fa
      OR (SELECT require_2fa FROM roles WHERE id = 'super_administrator')
      OR coalesce((SELECT (value->>'required')::boolean FROM settings WHERE section = 'twoFactor'), false)
    ))
$$;
--> statement-breakpoint
-- One at a time, by a lock of its own: whoever changes people holds a share of the role already, and two who both wanted
-- more of it would wait for each other. Rescue works as the owner of the tables, on the server, and says so.
CREATE OR REPLACE FUNCTION keep_a_super_administrator() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF current_user <> 'rolecall_app' AND current_setting('app.rescue', true) = 'on' THEN
    RETURN NULL;
  END IF;
  -- Whoever could not use the console before takes nothing away, and a way back must stay open: after a rescue nobody may be
  -- usable until the last step of a sign-in. Two conditions, because only this table has such a row.
  IF TG_TABLE_NAME = 'administrators' THEN
    IF NOT is_usable_super(OLD) THEN
      RETURN NULL;
    END IF;
  END IF;
  PERFORM pg_advisory_xact_lock(1819503735);
  IF NOT EXISTS (SELECT 1 FROM administrators a WHERE a.role_id = 'super_administrator' AND is_usable_super(a)) THEN
    RAISE EXCEPTION 'no usable Super Administrator would be left' USING errcode = 'RC001';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP TRIGGER y_super ON administrators;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER y_super AFTER UPDATE ON administrators DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (
    OLD.role_id = 'super_administrator' AND (
      NEW.role_id <> OLD.role_id OR NEW.status <> OLD.status OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at
      OR NEW.activation_expires_at IS DISTINCT FROM OLD.activation_expires_at
      OR (NEW.password_hash IS NULL AND OLD.password_hash IS NOT NULL)
      OR NEW.two_factor <> OLD.two_factor OR NEW.require_2fa <> OLD.require_2fa
    )
  ) EXECUTE FUNCTION keep_a_super_administrator();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER y_super AFTER INSERT OR UPDATE ON settings DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.section = 'twoFactor') EXECUTE FUNCTION keep_a_super_administrator();
--> statement-breakpoint
-- A role's history, a person's recent entries.
CREATE INDEX entry_target ON audit.entry ((doc->'target'->>'id'), n DESC);
--> statement-breakpoint
CREATE INDEX entry_actor ON audit.entry ((doc->'actor'->>'id'), n DESC);
