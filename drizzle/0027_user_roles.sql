-- Names of roles are unique in their kind: whoever may see one kind alone learns nothing of the names of the other (TEN-4).
DROP INDEX "roles_name_key";--> statement-breakpoint
CREATE UNIQUE INDEX "roles_name_key" ON "roles" USING btree ("kind","name_key") WHERE deleted_at is null;
