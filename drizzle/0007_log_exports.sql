-- Exports of the log under way: bookkeeping, not fenced. That one began and how it ended are events of the log.

CREATE TABLE "log_exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"administrator_id" uuid NOT NULL,
	"sid" text NOT NULL,
	"query" jsonb NOT NULL,
	"up_to" bigint NOT NULL,
	"state" text DEFAULT 'offered' NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"entries" bigint DEFAULT 0 NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "log_exports_one_each" ON "log_exports" USING btree ("administrator_id") WHERE state in ('offered', 'running');
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON log_exports TO rolecall_app;
