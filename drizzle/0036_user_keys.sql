-- Keys of users (TEN-5): a key belongs to one of an application, an administrator and a user. One of a person, of either kind, says what it may be used for.
ALTER TABLE "api_keys" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_user" ON "api_keys" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_one_holder";--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes";--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_one_holder" CHECK (num_nonnulls(application_id, administrator_id, user_id) = 1);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ((permissions is null) = (application_id is not null));--> statement-breakpoint
-- The second fence (drizzle/0034): a user sees, makes and revokes its own, and sees when these were used. What it may end it could end before.
CREATE POLICY own ON api_keys TO rolecall_tenant USING (user_id = asking_user()) WITH CHECK (user_id = asking_user());--> statement-breakpoint
GRANT INSERT ON api_keys TO rolecall_tenant;--> statement-breakpoint
CREATE POLICY own ON key_uses FOR SELECT TO rolecall_tenant
  USING (EXISTS (SELECT FROM api_keys k WHERE k.id = key_id AND k.user_id = asking_user()));
