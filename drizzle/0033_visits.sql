-- Visits: one of staff signed in as a user (TEN-6). No foreign keys: a visit of somebody who is gone is over at once, and its end has an entry
-- of its own within a minute.
CREATE TABLE "visits" (
	"sid" text PRIMARY KEY NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"parent_sid" text NOT NULL,
	"administrator_id" uuid NOT NULL,
	"administrator_name" text NOT NULL,
	"user_id" uuid NOT NULL,
	"user_name" text NOT NULL,
	"aal" smallint NOT NULL,
	"ip" text,
	"user_agent" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "visits_one_each" UNIQUE("administrator_id")
);
--> statement-breakpoint
CREATE INDEX "visits_of_user" ON "visits" USING btree ("user_id");--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON visits
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON visits
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON visits TO rolecall_app;--> statement-breakpoint
-- On whose behalf somebody acted: an entry is found by either (decision 0061).
ALTER TABLE audit.fact ADD COLUMN behalf text;
