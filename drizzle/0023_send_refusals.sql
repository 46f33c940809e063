-- Who was refused to send, and by which cap or pause, in slots of five minutes (QUO-6). Bookkeeping, as of sending layers: gathered in memory, written
-- every few seconds, forgotten after two days. `cap` and `layer` are empty where no cap refused.
CREATE TABLE "send_refusals" (
	"account" text NOT NULL COLLATE "C",
	"slot" timestamp (6) with time zone NOT NULL,
	"reason" text NOT NULL,
	"cap" text NOT NULL,
	"layer" text NOT NULL,
	"asks" bigint NOT NULL,
	"units" bigint NOT NULL,
	"last_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "send_refusals_key" PRIMARY KEY("account","slot","reason","cap","layer")
);
--> statement-breakpoint
CREATE INDEX "send_refusals_slot" ON "send_refusals" USING btree ("slot");--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON send_refusals TO rolecall_app;
