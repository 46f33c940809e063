-- The second fence of hard scope (TEN-3): what is asked for a user runs as a role of its own, which sees of every table the rows of that user, and
-- of those of staff none. `app.user` says whose request it is, for one transaction; unset, it is nobody's, who has no rows.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rolecall_tenant') THEN
    CREATE ROLE rolecall_tenant NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'this login of Postgres may not make the role rolecall_tenant: let one that may run "CREATE ROLE rolecall_tenant NOLOGIN; GRANT rolecall_tenant TO %", then start again', quote_ident(current_user)
      USING errcode = '42501';
END $$;
--> statement-breakpoint
-- The login must be able to become both roles. From Postgres 16 on, whoever makes a role is a member who may give it on, and not yet one who may become it.
DO $$
DECLARE
  r text;
  becomes text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH r IN ARRAY ARRAY['rolecall_app', 'rolecall_tenant'] LOOP
    IF NOT pg_has_role(current_user, r, becomes) THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', r);
    END IF;
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'this login of Postgres may not become the role %: let one that may run "GRANT % TO %", then start again', r, r, quote_ident(current_user)
    USING errcode = '42501';
END $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public, audit TO rolecall_tenant;
--> statement-breakpoint
-- Whose request this transaction is; null: nobody's.
CREATE FUNCTION asking_user() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT nullif(current_setting('app.user', true), '')::uuid $$;
--> statement-breakpoint
-- Every table, also those that a user has nothing in: where no rule says what is a user's, nothing is. The program's own role sees all.
DO $$
DECLARE t regclass;
BEGIN
  FOR t IN SELECT c.oid FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'audit'::regnamespace) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY staff ON %s TO rolecall_app USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA public TO rolecall_tenant;
--> statement-breakpoint
-- Read beside others, where a user has nothing: how far the log is tells how much others do.
GRANT SELECT ON audit.seq TO rolecall_tenant;--> statement-breakpoint
-- Ended with a password, and claimed by an address: of neither is there one of a user's.
GRANT UPDATE (revoked_at, revoked_reason) ON api_keys TO rolecall_tenant;--> statement-breakpoint
GRANT UPDATE (state, seen_at) ON log_exports TO rolecall_tenant;--> statement-breakpoint
-- What hangs on an account.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sessions', 'totp', 'recovery_codes', 'known_devices', 'last_active', 'notices', 'mails', 'sending_names'] LOOP
    EXECUTE format('CREATE POLICY own ON %I TO rolecall_tenant USING (user_id = asking_user()) WITH CHECK (user_id = asking_user())', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- A session begins before it is known whose it is: none is made here.
GRANT UPDATE (secret_hash, aal, proved_at, expires_at), DELETE ON sessions TO rolecall_tenant;--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON totp, recovery_codes, known_devices TO rolecall_tenant;--> statement-breakpoint
GRANT INSERT, UPDATE (at) ON last_active TO rolecall_tenant;--> statement-breakpoint
GRANT INSERT, UPDATE (read_at) ON notices TO rolecall_tenant;--> statement-breakpoint
GRANT INSERT ON mails TO rolecall_tenant;--> statement-breakpoint
-- Its own record, of which it changes what is its own to change: no status, no package, no caps, no address.
CREATE POLICY own ON users TO rolecall_tenant USING (id = asking_user()) WITH CHECK (id = asking_user());--> statement-breakpoint
GRANT UPDATE (name, ip_allowlist, password_hash, activation_expires_at, activation_hash, activation_makers, two_factor, seq, field_seq)
  ON users TO rolecall_tenant;--> statement-breakpoint
-- Its package and its role are read, and held while it acts (which takes a right to update, and a row that may be): neither is written.
CREATE POLICY own ON packages FOR SELECT TO rolecall_tenant
  USING (id = (SELECT u.package_id FROM users u WHERE u.id = asking_user()));--> statement-breakpoint
CREATE POLICY held ON packages FOR UPDATE TO rolecall_tenant
  USING (id = (SELECT u.package_id FROM users u WHERE u.id = asking_user())) WITH CHECK (false);--> statement-breakpoint
GRANT UPDATE (seq) ON packages TO rolecall_tenant;--> statement-breakpoint
CREATE POLICY own ON roles FOR SELECT TO rolecall_tenant
  USING (id = (SELECT p.role_id FROM users u JOIN packages p ON p.id = u.package_id WHERE u.id = asking_user()));--> statement-breakpoint
CREATE POLICY held ON roles FOR UPDATE TO rolecall_tenant
  USING (id = (SELECT p.role_id FROM users u JOIN packages p ON p.id = u.package_id WHERE u.id = asking_user())) WITH CHECK (false);--> statement-breakpoint
GRANT UPDATE (seq) ON roles TO rolecall_tenant;--> statement-breakpoint
CREATE POLICY own ON role_permissions FOR SELECT TO rolecall_tenant
  USING (role_id = (SELECT p.role_id FROM users u JOIN packages p ON p.id = u.package_id WHERE u.id = asking_user()));--> statement-breakpoint
-- What it has used, and what was said about that. That everybody's sending is paused is told to everybody.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ledger_accounts', 'ledger_holds', 'ledger_leases', 'ledger_hours'] LOOP
    EXECUTE format('CREATE POLICY own ON %I FOR SELECT TO rolecall_tenant USING (account = ''user:'' || asking_user())', t);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE POLICY own ON send_raises FOR SELECT TO rolecall_tenant USING (subject = 'user:' || asking_user());--> statement-breakpoint
CREATE POLICY own ON send_pauses FOR SELECT TO rolecall_tenant USING (subject IN ('user:' || asking_user(), 'platform'));--> statement-breakpoint
-- What the write path keeps by whoever acts.
CREATE POLICY own ON operations TO rolecall_tenant USING (actor = asking_user()::text) WITH CHECK (actor = asking_user()::text);--> statement-breakpoint
GRANT INSERT ON operations TO rolecall_tenant;--> statement-breakpoint
CREATE POLICY own ON denials TO rolecall_tenant
  USING (administrator_id = asking_user()::text) WITH CHECK (administrator_id = asking_user()::text);--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON denials TO rolecall_tenant;--> statement-breakpoint
-- Wrong tries at the account, which the right one forgets. Those that are counted by address or for all are nobody's.
CREATE POLICY own ON throttle TO rolecall_tenant USING (EXISTS (
  SELECT FROM users u WHERE u.id = asking_user() AND (
    subject IN ('account:' || u.email_key, 'row:' || u.email_key, 'code:' || u.id, 'code-row:' || u.id)
    OR starts_with(subject, 'device:' || u.email_key || ':') OR starts_with(subject, 'row:device:' || u.email_key || ':')
    OR starts_with(subject, 'code-device:' || u.id || ':')))) WITH CHECK (false);--> statement-breakpoint
GRANT DELETE ON throttle TO rolecall_tenant;--> statement-breakpoint
-- What the installation is, and the settings that a user's own requests are answered by. The password of the mail server is sealed.
CREATE POLICY everybodys ON installation FOR SELECT TO rolecall_tenant USING (asking_user() IS NOT NULL);--> statement-breakpoint
CREATE POLICY everybodys ON settings FOR SELECT TO rolecall_tenant USING (asking_user() IS NOT NULL
  AND section IN ('branding', 'general', 'caps', 'keys', 'sessions', 'passwords', 'twoFactor', 'sending', 'alerts', 'mail'));--> statement-breakpoint
-- How caps stand is worked out with the rights of whoever asks: a function with those of its owner would see everybody's.
ALTER FUNCTION ledger_peek(bigint, text, jsonb) SECURITY INVOKER;--> statement-breakpoint
ALTER FUNCTION ledger_rewound(ledger_accounts, timestamptz) SECURITY INVOKER;--> statement-breakpoint
DO $$
DECLARE f record;
BEGIN
  -- Functions that only read, with the rights of whoever calls.
  FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\_%'
      AND NOT p.prosecdef AND p.prorettype <> 'trigger'::regtype AND (p.provolatile <> 'v' OR p.proname = 'ledger_now') LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rolecall_app, rolecall_tenant', f.name);
  END LOOP;
  -- Functions that act with the rights of their owner are for the program's own role, and for no role that was not thought of.
  FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace IN ('public'::regnamespace, 'audit'::regnamespace)
      AND p.prosecdef AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('public', p.oid, 'EXECUTE') LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rolecall_app', f.name);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.append(uuid, bytea, bytea, bytea, text[]) TO rolecall_tenant;
--> statement-breakpoint
-- A page of what a user did and what was done to it, newest first, in one look (TEN-5): blocks that hold either (decision 0028), and their entries that
-- are of these actions. The log itself is no user's to read: this is the only way, and of a user's request it answers what is of that user, whoever
-- it is asked about. `p_before`: the id of the last entry of the page before; one that is not the user's has nothing below it.
CREATE FUNCTION audit.own_entries(p_user uuid, p_view text, p_actions text[], p_did integer[], p_done integer[], p_before uuid, p_limit int)
RETURNS TABLE (doc jsonb, pii bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH whose AS MATERIALIZED (
    SELECT p_user::text AS id WHERE current_setting('role') <> 'rolecall_tenant' OR p_user = public.asking_user()
  ), below AS MATERIALIZED (
    SELECT whose.id, CASE WHEN p_before IS NULL THEN (SELECT max(seq) + 1 FROM audit.fact) ELSE (
      SELECT s.seq FROM audit.entry e JOIN audit.seq s ON s.n = e.n
        WHERE e.id = p_before AND whose.id IN (e.doc->'actor'->>'id', e.doc->'target'->>'id')) END AS seq FROM whose
  ), candidate (block) AS MATERIALIZED (
    SELECT held.block FROM below, (SELECT audit.blocks_holding(p_did) UNION SELECT audit.blocks_holding(p_done)) held (block)
      WHERE held.block <= below.seq >> 6
    UNION SELECT generate_series((SELECT coalesce(max(block) + 1, 0) FROM audit.block), below.seq >> 6) FROM below
  )
  SELECT e.doc, p.doc FROM (
    SELECT f.seq, f.n FROM below, (SELECT block FROM candidate ORDER BY block DESC) candidate CROSS JOIN LATERAL (
      SELECT * FROM audit.fact f WHERE f.seq >= candidate.block * 64 AND f.seq < (candidate.block + 1) * 64 AND f.seq < below.seq
        AND f.view = p_view AND f.action = ANY (p_actions) AND below.id IN (f.actor, f.target)
        ORDER BY f.seq DESC LIMIT 64) f
    ORDER BY candidate.block DESC, f.seq DESC LIMIT p_limit) hit
  JOIN audit.entry e ON e.n = hit.n LEFT JOIN audit.pii p ON p.n = hit.n
  ORDER BY hit.seq DESC
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.own_entries(uuid, text, text[], integer[], integer[], uuid, int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit.own_entries(uuid, text, text[], integer[], integer[], uuid, int) TO rolecall_app, rolecall_tenant;
--> statement-breakpoint
-- An id says whose something is, of whatever kind they are: none is given to two. Nothing is held for it: ids are drawn at random, and a fault in
-- who draws them does not happen twice at one moment.
CREATE FUNCTION id_is_of_one_kind() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (TG_TABLE_NAME <> 'administrators' AND EXISTS (SELECT FROM administrators WHERE id = NEW.id))
    OR (TG_TABLE_NAME <> 'users' AND EXISTS (SELECT FROM users WHERE id = NEW.id))
    OR (TG_TABLE_NAME <> 'applications' AND EXISTS (SELECT FROM applications WHERE id = NEW.id)) THEN
    RAISE EXCEPTION 'this id is somebody else''s' USING errcode = '23505', constraint = 'id_is_of_one_kind';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['administrators', 'users', 'applications'] LOOP
    EXECUTE format('CREATE TRIGGER b_id_of_one_kind BEFORE INSERT OR UPDATE OF id ON %I FOR EACH ROW EXECUTE FUNCTION id_is_of_one_kind()', t);
  END LOOP;
END $$;
