CREATE TABLE "administrators" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"password_hash" text NOT NULL,
	"role_id" text NOT NULL,
	"owner" boolean DEFAULT false NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"require_2fa" boolean DEFAULT false NOT NULL,
	"caps" jsonb NOT NULL,
	"seq" bigint DEFAULT 1 NOT NULL,
	"field_seq" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "document_updates" (
	"name" text NOT NULL,
	"clock" bigint NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "document_updates_name_clock_pk" PRIMARY KEY("name","clock")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"name" text PRIMARY KEY NOT NULL,
	"clock" bigint NOT NULL,
	"snapshot" "bytea" NOT NULL,
	"snapshot_clock" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"log_origin" text NOT NULL,
	"epoch" text NOT NULL,
	"catalogue_version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "last_active" (
	"administrator_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"actor" text NOT NULL,
	"op" uuid NOT NULL,
	"request" "bytea" NOT NULL,
	"answer" jsonb NOT NULL,
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operations_actor_op_pk" PRIMARY KEY("actor","op")
);
--> statement-breakpoint
CREATE TABLE "role_permissions" (
	"role_id" text NOT NULL,
	"permission_id" text NOT NULL,
	"granted" boolean NOT NULL,
	"seq" bigint NOT NULL,
	"by_id" uuid,
	"by_name" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "role_permissions_role_id_permission_id_pk" PRIMARY KEY("role_id","permission_id")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"require_2fa" boolean DEFAULT false NOT NULL,
	"locked" boolean DEFAULT false NOT NULL,
	"seq" bigint DEFAULT 1 NOT NULL,
	"name_seq" bigint DEFAULT 1 NOT NULL,
	"name_by" text DEFAULT '' NOT NULL,
	"name_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"description_seq" bigint DEFAULT 1 NOT NULL,
	"description_by" text DEFAULT '' NOT NULL,
	"description_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"require_2fa_seq" bigint DEFAULT 1 NOT NULL,
	"require_2fa_by" text DEFAULT '' NOT NULL,
	"require_2fa_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"permission_count" integer DEFAULT 0 NOT NULL,
	"reviewed_catalogue" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"sid" text PRIMARY KEY NOT NULL,
	"administrator_id" uuid NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"aal" smallint NOT NULL,
	"ip" text,
	"user_agent" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"proved_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "setup_tokens" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "throttle" (
	"subject" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" timestamp (6) with time zone NOT NULL,
	"blocked_until" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "administrators" ADD CONSTRAINT "administrators_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "last_active" ADD CONSTRAINT "last_active_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "administrators_email_key" ON "administrators" USING btree ("email_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "administrators_one_owner" ON "administrators" USING btree ("owner") WHERE owner;--> statement-breakpoint
CREATE INDEX "administrators_role" ON "administrators" USING btree ("role_id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "operations_at" ON "operations" USING btree ("at");--> statement-breakpoint
CREATE INDEX "role_permissions_seq" ON "role_permissions" USING btree ("role_id","seq");--> statement-breakpoint
CREATE INDEX "role_permissions_permission" ON "role_permissions" USING btree ("permission_id") WHERE granted;--> statement-breakpoint
CREATE UNIQUE INDEX "roles_name_key" ON "roles" USING btree ("name_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "sessions_administrator" ON "sessions" USING btree ("administrator_id");