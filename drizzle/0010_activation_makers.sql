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
-- Where it goes is part of what it says; who could read it is written down as it is sent.
DROP TRIGGER a_context_change ON mails;
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF id, administrator_id, address, kind, data, created_at, server ON mails
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
DROP TRIGGER z_entry_change ON mails;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change AFTER UPDATE OF id, administrator_id, address, kind, data, created_at, server ON mails
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE INDEX "mails_administrator" ON "mails" USING btree ("administrator_id");
