-- Names that somebody signs in to mail servers with, besides the email address: a sender is found by either (QUO-5). `key` is the name as
-- email addresses are compared.
CREATE TABLE "sending_names" (
	"key" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"administrator_id" uuid NOT NULL,
	CONSTRAINT "sending_names_administrator" FOREIGN KEY ("administrator_id") REFERENCES administrators("id") ON DELETE CASCADE,
	CONSTRAINT "sending_names_key" CHECK (key <> '' and length(key) <= 254)
);
--> statement-breakpoint
CREATE INDEX "sending_names_of" ON "sending_names" USING btree ("administrator_id");--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON sending_names
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON sending_names
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sending_names TO rolecall_app;
--> statement-breakpoint
-- A name belongs to one person who is there, whether it is an address or a sending name: two who take it at the same moment wait for one another here,
-- and the later one is told as by a unique index. What somebody who was deactivated had is free.
CREATE FUNCTION sending_name_is_free() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.key, 21));
  IF EXISTS (SELECT 1 FROM administrators a
      WHERE a.email_key = NEW.key AND a.deleted_at IS NULL AND a.id <> NEW.administrator_id) THEN
    RAISE EXCEPTION 'this name is an address of somebody else' USING errcode = '23505', constraint = 'sending_names_one_holder';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER b_name_is_free BEFORE INSERT OR UPDATE OF key, administrator_id ON sending_names
  FOR EACH ROW EXECUTE FUNCTION sending_name_is_free();
--> statement-breakpoint
CREATE FUNCTION address_is_no_sending_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.email_key, 21));
  IF EXISTS (SELECT 1 FROM sending_names n JOIN administrators a ON a.id = n.administrator_id
      WHERE n.key = NEW.email_key AND a.deleted_at IS NULL AND a.id <> NEW.id) THEN
    RAISE EXCEPTION 'this address is a sending name of somebody else' USING errcode = '23505', constraint = 'sending_names_one_holder';
  END IF;
  DELETE FROM sending_names WHERE key = NEW.email_key AND administrator_id <> NEW.id;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER b_address_is_free BEFORE INSERT OR UPDATE OF email_key, deleted_at ON administrators
  FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION address_is_no_sending_name();
