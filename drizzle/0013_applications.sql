-- Machines with a role of their own, and keys: of an application, or of an administrator (a personal key, narrowed to `permissions`).
CREATE TABLE "applications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"role_id" text NOT NULL,
	"steward_id" uuid,
	"steward_gone_at" timestamp (6) with time zone,
	"status" text DEFAULT 'active' NOT NULL,
	"allowlist" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"per_minute" integer,
	"seq" bigint DEFAULT 1 NOT NULL,
	"field_seq" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (6) with time zone,
	CONSTRAINT "applications_states" CHECK (status in ('active', 'suspended'))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kid" text NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"last4" text NOT NULL,
	"name" text NOT NULL,
	"application_id" uuid,
	"administrator_id" uuid,
	"permissions" jsonb,
	"made_by" uuid,
	"made_by_name" text NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"retires_at" timestamp (6) with time zone,
	"replaced_by" uuid,
	"revoked_at" timestamp (6) with time zone,
	"revoked_reason" text,
	CONSTRAINT "api_keys_one_holder" CHECK ((application_id is null) <> (administrator_id is null)),
	CONSTRAINT "api_keys_scopes" CHECK ((permissions is null) = (administrator_id is null)),
	CONSTRAINT "api_keys_rotated" CHECK ((retires_at is null) = (replaced_by is null)),
	CONSTRAINT "api_keys_revoked" CHECK ((revoked_at is null) = (revoked_reason is null))
);
--> statement-breakpoint
CREATE TABLE "key_uses" (
	"key_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"ip" text,
	"user_agent" text
);
--> statement-breakpoint
ALTER TABLE "applications" ADD CONSTRAINT "applications_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "applications" ADD CONSTRAINT "applications_steward_id_administrators_id_fk" FOREIGN KEY ("steward_id") REFERENCES "public"."administrators"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_uses" ADD CONSTRAINT "key_uses_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "applications_name_key" ON "applications" USING btree ("name_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "applications_role" ON "applications" USING btree ("role_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "applications_steward" ON "applications" USING btree ("steward_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_kid" ON "api_keys" USING btree ("kid");--> statement-breakpoint
CREATE INDEX "api_keys_application" ON "api_keys" USING btree ("application_id");--> statement-breakpoint
CREATE INDEX "api_keys_administrator" ON "api_keys" USING btree ("administrator_id");--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['applications', 'api_keys'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
    EXECUTE format('CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry()', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- `key_uses` is bookkeeping: when and from where a key was last used, written at most once a minute and key.
GRANT SELECT, INSERT, UPDATE, DELETE ON applications, api_keys, key_uses TO rolecall_app;
