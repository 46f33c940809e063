-- Where cap alerts are posted to, signed as Standard Webhooks are (QUO-9), and what is on its way there. Secrets are sealed. After a rotation the one
-- before signs beside the present one until its time is over.
CREATE TABLE "webhook" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"url" text NOT NULL,
	"secret_sealed" text NOT NULL,
	"previous_sealed" text,
	"previous_until" timestamp (6) with time zone,
	"seq" bigint NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_one" CHECK (id)
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"next_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"delivered_at" timestamp (6) with time zone,
	"given_up_at" timestamp (6) with time zone,
	"status" integer,
	"problem" text
);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_at") WHERE delivered_at is null and given_up_at is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_created" ON "webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON webhook
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON webhook
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();--> statement-breakpoint
-- What is to be said comes with the entry that it says; how it gets there is bookkeeping.
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OF id, type, body, created_at OR TRUNCATE ON webhook_deliveries
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OF id, type, body, created_at ON webhook_deliveries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook, webhook_deliveries TO rolecall_app;
