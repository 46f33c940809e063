-- Lists of users are read by name, page by page, among tens of thousands.
CREATE INDEX "users_by_name" ON "users" USING btree ("name", "id") WHERE deleted_at is null;
