// Hocuspocus as its manual sets it up, with its own database extension on a table of the same Postgres.
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL ?? '', { max: 4, onnotice: () => undefined });
await sql`create table if not exists hocuspocus (name text primary key, data bytea not null)`;

const server = new Server({
  quiet: true,
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  // The readers of the bench send no keep-alive messages of its own protocol.
  timeout: 600_000,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => {
        const [row] = await sql`select data from hocuspocus where name = ${documentName}`;
        return row?.data ?? null;
      },
      store: async ({ documentName, state }) => {
        await sql`insert into hocuspocus values (${documentName}, ${state})
          on conflict (name) do update set data = excluded.data`;
      }
    })
  ]
});
await server.listen();
console.log('ready');
