-- Why something was refused, and that it was applied, is read from the answers that the server itself gave: each knows of what it was.

ALTER TABLE "operations" ADD COLUMN "parts" text[];
--> statement-breakpoint
ALTER TABLE "handovers" ADD COLUMN "refused_op" uuid;
