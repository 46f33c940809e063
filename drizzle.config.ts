import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/lib/server/db/schema/*.ts',
  out: './drizzle',
  // The audit schema is written by hand (0001): its triggers, grants and generated columns are beyond the generator.
  schemaFilter: ['public']
});
