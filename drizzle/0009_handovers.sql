-- Refused changes that one administrator hands to another. An event from beginning to end; what ended long ago is forgotten, since the
-- log tells of it, and that alone needs no entry. No keys to people: whoever is deleted is still named here.

CREATE TABLE "handovers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"from_id" uuid NOT NULL,
	"from_name" text NOT NULL,
	"to_id" uuid NOT NULL,
	"to_name" text NOT NULL,
	"procedure" text NOT NULL,
	"input" jsonb NOT NULL,
	"label" text NOT NULL,
	"reason" jsonb NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"asked_at" timestamp (6) with time zone NOT NULL,
	"sent_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (6) with time zone,
	"end_note" text DEFAULT '' NOT NULL,
	CONSTRAINT "handovers_states" CHECK (state in ('open', 'applied', 'declined', 'withdrawn') and (state = 'open') = (ended_at is null))
);
--> statement-breakpoint
CREATE INDEX "handovers_to" ON "handovers" USING btree ("to_id","sent_at");
--> statement-breakpoint
CREATE INDEX "handovers_from" ON "handovers" USING btree ("from_id","sent_at");
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON handovers
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE ON handovers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_open AFTER DELETE ON handovers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state = 'open') EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON handovers TO rolecall_app;
