-- The fence of 0001 for what the sequencer writes: after a lost connection the driver may run a statement of its batch
-- outside the batch, and half a batch would leave numbers without documents, or documents without numbers.

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['documents', 'document_updates'] LOOP
    EXECUTE format('CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context()', t);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT ON audit.seq
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
--> statement-breakpoint
CREATE TRIGGER a_context BEFORE DELETE ON audit.pending
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();
