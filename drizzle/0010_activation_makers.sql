-- Who made an open activation secret: it is judged by them when it is used. Null: nobody knows, and it opens nothing; empty: the
-- server itself did. Secrets that were open before this migration are of the first kind.
ALTER TABLE "administrators" ADD COLUMN "activation_makers" uuid[];
--> statement-breakpoint
-- What somebody made before they were suspended or deactivated stays void when they come back.
ALTER TABLE "administrators" ADD COLUMN "reactivated_at" timestamp (6) with time zone;
--> statement-breakpoint
-- Who could read a mail with a link on its way: those who set the mail server that it was handed to.
ALTER TABLE "mails" ADD COLUMN "readers" uuid[] DEFAULT '{}'::uuid[] NOT NULL;
--> statement-breakpoint
-- The server a mail goes through in place of the present one; its password is sealed.
ALTER TABLE "mails" ADD COLUMN "server" jsonb;
--> statement-breakpoint
-- Where a mail goes is part of what it says, until it is sent or given up: then its server is forgotten. Who could read it is
-- written down as it is sent.
CREATE TRIGGER a_context_server AFTER UPDATE OF server ON mails FOR EACH ROW
  WHEN (OLD.server IS DISTINCT FROM NEW.server AND NEW.sent_at IS NULL AND NEW.given_up_at IS NULL)
  EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_server AFTER UPDATE OF server ON mails DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.server IS DISTINCT FROM NEW.server AND NEW.sent_at IS NULL AND NEW.given_up_at IS NULL)
  EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE INDEX "mails_administrator" ON "mails" USING btree ("administrator_id");
