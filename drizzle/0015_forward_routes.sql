-- What a proxy asks about: which requests take which permission (DEC-4). The first that fits decides; where none fits it is a no.
CREATE TABLE "forward_routes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" integer NOT NULL,
	"method" text NOT NULL,
	"host" text NOT NULL,
	"path" text NOT NULL,
	"permission" text NOT NULL,
	CONSTRAINT "forward_routes_method" CHECK (method = '*' or method ~ '^[A-Z]{1,20}$'),
	CONSTRAINT "forward_routes_host" CHECK (host = '*' or host ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'),
	CONSTRAINT "forward_routes_path" CHECK (path ~ '^/' and length(path) <= 500)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "forward_routes_position" ON "forward_routes" USING btree ("position");--> statement-breakpoint
CREATE TRIGGER a_context BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON forward_routes
  FOR EACH STATEMENT EXECUTE FUNCTION audit.need_context();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER z_entry AFTER INSERT OR UPDATE OR DELETE ON forward_routes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.need_entry();--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON forward_routes TO rolecall_app;
