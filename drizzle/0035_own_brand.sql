-- What a user's console wears of its own: a name, an accent and a logo (TEN-5). Null, and each part that is null: as the installation.
-- Whoever may change the user sets it: the role of users reads its own, like the rest of its record, and writes none (0034).
ALTER TABLE "users" ADD COLUMN "brand" jsonb;
