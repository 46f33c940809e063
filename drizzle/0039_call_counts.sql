-- How often each application calls, by minute and what came of it, for its page (APP-1). Bookkeeping, as of refusals to send: gathered in memory,
-- written every few seconds, forgotten after an hour, refusals after a day. Without references: whoever is deleted leaves numbers, which go soon.
CREATE TABLE "call_counts" (
	"application_id" uuid NOT NULL,
	"minute" timestamp (6) with time zone NOT NULL,
	"outcome" text NOT NULL,
	"permission" text NOT NULL,
	"calls" bigint NOT NULL,
	"last_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "call_counts_key" PRIMARY KEY("application_id","minute","outcome","permission"),
	CONSTRAINT "call_counts_some" CHECK (calls > 0)
);
--> statement-breakpoint
CREATE INDEX "call_counts_minute" ON "call_counts" USING btree ("minute");--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON call_counts TO rolecall_app;--> statement-breakpoint
-- Nothing of it is a user's (0034).
ALTER TABLE "call_counts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY staff ON "call_counts" TO rolecall_app USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT ON call_counts TO rolecall_tenant;
