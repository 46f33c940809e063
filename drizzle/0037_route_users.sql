-- Routes that let keys of users through (DEC-4, TEN-5): those that there are let none.
ALTER TABLE "forward_routes" ADD COLUMN "users" boolean DEFAULT false NOT NULL;
