-- How often whom was permitted what, by day (DEC-6): what nobody used is told by it. Bookkeeping, not fenced: a permitted request is no
-- entry, and what it changes has its own. Without references: whoever is deleted leaves numbers behind, which go when they are old.
CREATE TABLE "permit_counts" (
	"kind" text NOT NULL,
	"principal_id" uuid NOT NULL,
	"permission" text NOT NULL,
	"day" date NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "permit_counts_key" PRIMARY KEY("principal_id","permission","day"),
	CONSTRAINT "permit_counts_kinds" CHECK (kind in ('administrator', 'application', 'user')),
	CONSTRAINT "permit_counts_some" CHECK (count > 0)
);
--> statement-breakpoint
CREATE INDEX "permit_counts_day" ON "permit_counts" USING btree ("day");--> statement-breakpoint
-- Since when: one row.
CREATE TABLE "permit_counting" (
	"since" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
INSERT INTO permit_counting VALUES (now());--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON permit_counts TO rolecall_app;--> statement-breakpoint
GRANT SELECT ON permit_counting TO rolecall_app;
