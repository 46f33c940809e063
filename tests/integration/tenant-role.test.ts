import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/lib/server/db/driver/migrate';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres
} from '../../src/lib/server/db/embedded/embedded-postgres';
import { MIGRATIONS } from '../support/postgres';

// [TEN-3] A start refuses where the role that keeps users apart is damaged. On a server of its own: roles are all of a
// server's.

const ROLE = 'rolecall_tenant';
const LOGIN = 'rolecall_login';
let dataDir: string;
let server: EmbeddedPostgres;
let admin: postgres.Sql;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rolecall-roles-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user
  server = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    onFatal: (error) => {
      throw error;
    }
  });
  const setUp = postgres(server.url, { max: 1, onnotice: () => undefined });
  await textOf(setUp)(`create role ${LOGIN} login createrole password 'quiet'`);
  await textOf(setUp)(`create database rolecall_roles owner ${LOGIN}`);
  await setUp.end();
  const at = new URL(server.url);
  at.pathname = '/rolecall_roles';
  admin = postgres(at.href, { max: 1, onnotice: () => undefined });
  [at.username, at.password] = [LOGIN, 'quiet'];
  url = at.href;
  await migrateDatabase(url, MIGRATIONS);
});
afterAll(async () => {
  await admin.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Function that runs a text which a test made. */
const textOf = (of: { unsafe: unknown }) => of.unsafe as postgres.Sql['unsafe'];

/** Result of a start: `started`, or the error. */
const start = () =>
  migrateDatabase(url, MIGRATIONS).then(
    () => 'started',
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`
  );

test.each([
  ['is a superuser', `alter role ${ROLE} superuser`],
  ['passes row security over', `alter role ${ROLE} bypassrls`],
  ['signs in by itself', `alter role ${ROLE} login`],
  ['makes roles', `alter role ${ROLE} createrole`],
  ['has the rights of staff’s role', `grant rolecall_app to ${ROLE}`],
  ['owns a table', `alter table operations owner to ${ROLE}`],
  ['is none that the login may become', `revoke ${ROLE} from ${LOGIN} cascade`]
])('[TEN-3] a role that %s is refused, with what to run; after that the start goes on', async (_, damage) => {
  expect(await start()).toBe('started');
  await textOf(admin)(damage);
  const said = await start();
  expect(said).toMatch(
    /^DatabaseError: .*rolecall_tenant.*let an administrator of this Postgres run ".+", then start again\.$/
  );
  await textOf(admin)(/run "(.+)"/.exec(said)![1]!);
  expect(await start()).toBe('started');
});

test('[TEN-3] without the role, and with one that has lost its rights, nothing starts', async () => {
  await textOf(admin)(`drop owned by ${ROLE}`);
  await textOf(admin)(`drop role ${ROLE}`);
  const said = await start();
  expect(said).toMatch(
    /^DatabaseError: .*is missing.*run "CREATE ROLE rolecall_tenant NOLOGIN; GRANT rolecall_tenant TO rolecall_login WITH SET TRUE"/
  );
  await textOf(admin)(/run "(.+)"/.exec(said)![1]!);
  expect(await start()).toMatch(/has lost its rights in this database\. Restore/);
});
