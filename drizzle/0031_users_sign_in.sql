-- Users sign in, by the code and the tables of administrators (TEN-1): what a person's credentials hang on is one of the two.
ALTER TABLE "users" ADD COLUMN "password_hash" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "activation_expires_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "activation_hash" "bytea";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "activation_makers" uuid[];--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "reactivated_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "require_2fa" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "require_2fa_from" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "two_factor" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- Whose it is: `holder_id`, whichever of the two that is. Ids are never shared between them.
ALTER TABLE "totp" DROP CONSTRAINT "totp_pkey";--> statement-breakpoint
ALTER TABLE "recovery_codes" DROP CONSTRAINT "recovery_codes_administrator_id_hash_pk";--> statement-breakpoint
ALTER TABLE "known_devices" DROP CONSTRAINT "known_devices_administrator_id_hash_pk";--> statement-breakpoint
ALTER TABLE "last_active" DROP CONSTRAINT "last_active_pkey";--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sessions', 'totp', 'recovery_codes', 'known_devices', 'last_active', 'notices', 'mails'] LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN administrator_id DROP NOT NULL', t);
    EXECUTE format('ALTER TABLE %I ADD COLUMN user_id uuid', t);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK ((administrator_id is null) <> (user_id is null))', t, t || '_holder');
    EXECUTE format('ALTER TABLE %I ADD COLUMN holder_id uuid GENERATED ALWAYS AS (coalesce(administrator_id, user_id)) STORED NOT NULL', t);
  END LOOP;
  -- Mail may be to somebody who is no more.
  FOREACH t IN ARRAY ARRAY['sessions', 'totp', 'recovery_codes', 'known_devices', 'last_active', 'notices'] LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (user_id) REFERENCES users(id)', t, t || '_user_id_users_id_fk');
    EXECUTE format('CREATE INDEX %I ON %I USING btree (user_id)', t || '_of_user', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE "totp" ADD CONSTRAINT "totp_pkey" PRIMARY KEY ("holder_id");--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("holder_id","hash");--> statement-breakpoint
ALTER TABLE "known_devices" ADD CONSTRAINT "known_devices_pkey" PRIMARY KEY ("holder_id","hash");--> statement-breakpoint
ALTER TABLE "last_active" ADD CONSTRAINT "last_active_pkey" PRIMARY KEY ("holder_id");--> statement-breakpoint
CREATE INDEX "totp_of_administrator" ON "totp" USING btree ("administrator_id");--> statement-breakpoint
CREATE INDEX "recovery_codes_of_administrator" ON "recovery_codes" USING btree ("administrator_id");--> statement-breakpoint
CREATE INDEX "known_devices_of_administrator" ON "known_devices" USING btree ("administrator_id");--> statement-breakpoint
CREATE INDEX "last_active_of_administrator" ON "last_active" USING btree ("administrator_id");--> statement-breakpoint
CREATE INDEX "sessions_holder" ON "sessions" USING btree ("holder_id");--> statement-breakpoint
CREATE INDEX "notices_holder" ON "notices" USING btree ("holder_id","at");--> statement-breakpoint
DROP INDEX "mails_administrator";--> statement-breakpoint
CREATE INDEX "mails_holder" ON "mails" USING btree ("holder_id");--> statement-breakpoint
-- Whose it is changes by no update that the log does not tell (0008).
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sessions', 'mails', 'notices', 'known_devices'] LOOP
    EXECUTE format('CREATE TRIGGER a_context_user BEFORE UPDATE OF user_id, holder_id ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry_user AFTER UPDATE OF user_id, holder_id ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
END $$;
