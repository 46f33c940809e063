CREATE TABLE "known_devices" (
	"administrator_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"last_seen" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "known_devices_administrator_id_hash_pk" PRIMARY KEY("administrator_id","hash")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"administrator_id" uuid NOT NULL,
	"address" text NOT NULL,
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (6) with time zone,
	"problem" text,
	"given_up_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"administrator_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "ownership_offer" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"from_id" uuid NOT NULL,
	"to_id" uuid NOT NULL,
	"offered_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"administrator_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"used_at" timestamp (6) with time zone,
	CONSTRAINT "recovery_codes_administrator_id_hash_pk" PRIMARY KEY("administrator_id","hash")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"section" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"seq" bigint NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "totp" (
	"administrator_id" uuid PRIMARY KEY NOT NULL,
	"secret" "bytea",
	"pending" "bytea",
	"last_step" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "administrators" ALTER COLUMN "password_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "administrators" ADD COLUMN "activation_expires_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "administrators" ADD COLUMN "activation_hash" "bytea";--> statement-breakpoint
ALTER TABLE "administrators" ADD COLUMN "require_2fa_from" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "administrators" ADD COLUMN "two_factor" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "administrators" ADD COLUMN "ip_allowlist" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "key_check" text;--> statement-breakpoint
ALTER TABLE "roles" ADD COLUMN "require_2fa_from" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "known_devices" ADD CONSTRAINT "known_devices_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ownership_offer" ADD CONSTRAINT "ownership_offer_from_id_administrators_id_fk" FOREIGN KEY ("from_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ownership_offer" ADD CONSTRAINT "ownership_offer_to_id_administrators_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp" ADD CONSTRAINT "totp_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("next_at") WHERE sent_at is null and given_up_at is null;--> statement-breakpoint
CREATE INDEX "notices_administrator" ON "notices" USING btree ("administrator_id","at");