-- What somebody was denied a moment ago: the same once more is counted here, and becomes an entry when its minute is over.
-- Bookkeeping, not fenced: the first of each is an entry, and so are all others together.
CREATE TABLE "denials" (
	"kind" text PRIMARY KEY NOT NULL,
	"administrator_id" text NOT NULL,
	"first" uuid NOT NULL,
	"repeats" integer NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	"actor" jsonb NOT NULL,
	"request" jsonb NOT NULL,
	"event" jsonb
);
--> statement-breakpoint
CREATE INDEX "denials_administrator" ON "denials" USING btree ("administrator_id");
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON denials TO rolecall_app;
