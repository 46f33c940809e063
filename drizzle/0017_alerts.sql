-- Who asks the ledger before it sends (docs/caps.md). Bookkeeping: gathered in memory, and written together every few seconds.
CREATE TABLE "sending_layers" (
	"door" text NOT NULL,
	"caller" text NOT NULL COLLATE "C",
	"address" text NOT NULL COLLATE "C",
	"first_at" timestamp (6) with time zone NOT NULL,
	"asked_at" timestamp (6) with time zone NOT NULL,
	"states" jsonb DEFAULT '{}' NOT NULL,
	"units_at" timestamp (6) with time zone,
	"asks" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL,
	"unknown" bigint DEFAULT 0 NOT NULL,
	"unanswered" bigint DEFAULT 0 NOT NULL,
	"problem" text,
	"problem_at" timestamp (6) with time zone,
	CONSTRAINT "sending_layers_key" PRIMARY KEY("door","caller","address"),
	CONSTRAINT "sending_layers_doors" CHECK (door in ('http', 'postfix'))
);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sending_layers TO rolecall_app;
