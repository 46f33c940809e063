-- Routes are edited in the console: they take a permission, a key that works (`signed-in`), or what nobody has (`nobody`), and have a
-- version like other records.
ALTER TABLE "forward_routes" RENAME COLUMN "permission" TO "takes";--> statement-breakpoint
ALTER TABLE "forward_routes" ADD COLUMN "seq" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "forward_routes" ADD COLUMN "changed_by" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "forward_routes" ADD COLUMN "changed_at" timestamp with time zone DEFAULT now() NOT NULL;
