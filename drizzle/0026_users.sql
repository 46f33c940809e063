-- Users and packages (TEN-1, TEN-2), and roles of users beside those of administrators (TEN-4).
ALTER TABLE "roles" ADD COLUMN "kind" text DEFAULT 'administrator' NOT NULL;--> statement-breakpoint
ALTER TABLE "roles" ADD CONSTRAINT "roles_kinds" CHECK (kind in ('administrator', 'user'));--> statement-breakpoint
CREATE TABLE "packages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"role_id" text NOT NULL,
	"caps" jsonb NOT NULL,
	"counts" jsonb NOT NULL,
	"switches" jsonb NOT NULL,
	"seq" bigint DEFAULT 1 NOT NULL,
	"field_seq" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"package_id" uuid NOT NULL,
	"caps" jsonb NOT NULL,
	"counts" jsonb NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"status_since" timestamp (6) with time zone,
	"status_by" text,
	"suspended_until" timestamp (6) with time zone,
	"closes_at" timestamp (6) with time zone,
	"ip_allowlist" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"time_zone" text,
	"seq" bigint DEFAULT 1 NOT NULL,
	"field_seq" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (6) with time zone,
	CONSTRAINT "users_states" CHECK (status in ('active', 'suspended', 'closing', 'closed')),
	CONSTRAINT "users_closing" CHECK ((status in ('closing', 'closed')) = (closes_at is not null)),
	CONSTRAINT "users_erased" CHECK ((status = 'closed') <= (deleted_at is not null))
);
--> statement-breakpoint
ALTER TABLE "packages" ADD CONSTRAINT "packages_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "packages_name_key" ON "packages" USING btree ("name_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "packages_role" ON "packages" USING btree ("role_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "users_package" ON "users" USING btree ("package_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "users_status" ON "users" USING btree ("status") WHERE deleted_at is null and status <> 'active';--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['packages', 'users'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON packages, users TO rolecall_app;
--> statement-breakpoint
-- Roles of administrators and of users never mix, whatever the program does (TEN-4): a role stays of its kind, and each who has one has one of theirs.
CREATE FUNCTION role_kind_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a role stays of its kind' USING errcode = '23514', constraint = 'roles_kind_stays';
END $$;
--> statement-breakpoint
CREATE TRIGGER b_kind_stays BEFORE UPDATE OF kind ON roles
  FOR EACH ROW WHEN (NEW.kind <> OLD.kind) EXECUTE FUNCTION role_kind_stays();
--> statement-breakpoint
CREATE FUNCTION role_is_of_kind() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM roles WHERE id = NEW.role_id AND kind = TG_ARGV[0]) THEN
    RAISE EXCEPTION 'role % is not of kind %', NEW.role_id, TG_ARGV[0] USING errcode = '23514', constraint = 'role_is_of_kind';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER b_role_kind BEFORE INSERT OR UPDATE OF role_id ON administrators
  FOR EACH ROW EXECUTE FUNCTION role_is_of_kind('administrator');--> statement-breakpoint
CREATE TRIGGER b_role_kind BEFORE INSERT OR UPDATE OF role_id ON applications
  FOR EACH ROW EXECUTE FUNCTION role_is_of_kind('administrator');--> statement-breakpoint
CREATE TRIGGER b_role_kind BEFORE INSERT OR UPDATE OF role_id ON packages
  FOR EACH ROW EXECUTE FUNCTION role_is_of_kind('user');
--> statement-breakpoint
-- Sending names of users, and one space for the addresses of administrators and users and all sending names: an address signs one person in, and a
-- name says whose caps mail counts against. What somebody had who is gone is free.
ALTER TABLE "sending_names" ALTER COLUMN "administrator_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "sending_names" ADD COLUMN "user_id" uuid CONSTRAINT "sending_names_user" REFERENCES users("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "sending_names" ADD CONSTRAINT "sending_names_holder" CHECK ((administrator_id is null) <> (user_id is null));--> statement-breakpoint
CREATE INDEX "sending_names_of_user" ON "sending_names" USING btree ("user_id");--> statement-breakpoint
CREATE OR REPLACE FUNCTION sending_name_is_free() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.key, 21));
  IF EXISTS (SELECT 1 FROM administrators a
      WHERE a.email_key = NEW.key AND a.deleted_at IS NULL AND a.id IS DISTINCT FROM NEW.administrator_id)
    OR EXISTS (SELECT 1 FROM users u
      WHERE u.email_key = NEW.key AND u.deleted_at IS NULL AND u.id IS DISTINCT FROM NEW.user_id) THEN
    RAISE EXCEPTION 'this name is an address of somebody else' USING errcode = '23505', constraint = 'sending_names_one_holder';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
DROP TRIGGER b_name_is_free ON sending_names;--> statement-breakpoint
CREATE TRIGGER b_name_is_free BEFORE INSERT OR UPDATE OF key, administrator_id, user_id ON sending_names
  FOR EACH ROW EXECUTE FUNCTION sending_name_is_free();
--> statement-breakpoint
-- Of both tables: ids are never shared between them.
CREATE OR REPLACE FUNCTION address_is_no_sending_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.email_key, 21));
  IF EXISTS (SELECT 1 FROM administrators a WHERE a.email_key = NEW.email_key AND a.deleted_at IS NULL AND a.id <> NEW.id)
    OR EXISTS (SELECT 1 FROM users u WHERE u.email_key = NEW.email_key AND u.deleted_at IS NULL AND u.id <> NEW.id) THEN
    RAISE EXCEPTION 'this address is somebody else''s' USING errcode = '23505', constraint = 'addresses_one_holder';
  END IF;
  IF EXISTS (SELECT 1 FROM sending_names n
      LEFT JOIN administrators a ON a.id = n.administrator_id AND a.deleted_at IS NULL
      LEFT JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
      WHERE n.key = NEW.email_key AND coalesce(a.id, u.id) <> NEW.id) THEN
    RAISE EXCEPTION 'this address is a sending name of somebody else' USING errcode = '23505', constraint = 'sending_names_one_holder';
  END IF;
  DELETE FROM sending_names WHERE key = NEW.email_key AND coalesce(administrator_id, user_id) <> NEW.id;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER b_address_is_free BEFORE INSERT OR UPDATE OF email_key, deleted_at ON users
  FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION address_is_no_sending_name();
