-- What 0001 and 0004 left open: changes of a session that are events (whose it is, its secret, its factors, its end), where a mail
-- goes and what it says, and devices that are known. Only what is counted or ticked off may move without an entry.

ALTER TABLE "installation" ADD COLUMN "structure" text;
--> statement-breakpoint
CREATE TRIGGER a_context_change
  BEFORE UPDATE OF sid, administrator_id, secret_hash, aal, ip, user_agent, created_at, proved_at, ends_at ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change
  AFTER UPDATE OF sid, administrator_id, secret_hash, aal, ip, user_agent, created_at, proved_at, ends_at ON sessions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF id, administrator_id, address, kind, data, created_at ON mails
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change AFTER UPDATE OF id, administrator_id, address, kind, data, created_at ON mails
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF id, administrator_id, kind, data, at ON notices
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry_change AFTER UPDATE OF id, administrator_id, kind, data, at ON notices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
--> statement-breakpoint
CREATE TRIGGER a_context_change BEFORE UPDATE OF administrator_id, hash ON known_devices
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OF administrator_id, hash ON known_devices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();
