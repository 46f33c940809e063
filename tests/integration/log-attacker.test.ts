import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointText, formatNote } from '../../src/lib/core/log/note';
import { openLogKeys } from '../../src/lib/server/auth/log-key';
import { startSequencer } from '../../src/lib/server/services/log/sequencer/sequencer';
import { LOG_KEYS, PASSWORD, SETUP_TOKEN, startTestConsole } from '../support/console';
import { copyDatabase, createDatabase, replaceDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { rewriteEntry } from '../support/rewrite-log';
import { openState, signed, type StateProbe } from '../support/state';
import { openUseCases, QUIET } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

// [LOG-6] Somebody who may write everything in the database, and has not the key. They make all hashes anew; what
// they want is the program's own signature under it.

let database: TestDatabase;
let vkey: string;

beforeAll(async () => {
  database = await createDatabase();
  const app = await startTestConsole({ databaseUrl: database.url });
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
  const state = openState(database.url);
  // Signed between: whoever attacks finds a checkpoint in the middle, however fast all this goes.
  for (let n = 0; n < 6; n++) {
    await app.owner.call('roles.create', { name: `Role ${n}` });
    if (n % 2 === 1) await signed(state);
  }
  const [row] = await state.sql<{ vkey: string }[]>`select vkey from audit.tree`;
  ({ vkey } = row!);
  await state.close();
  await app.stop();
});
afterAll(() => database.drop());

/** A process of the console, as far as the log goes: it has the key, numbers and signs. */
async function startProcess(url: string) {
  const said: string[] = [];
  const keys = await openLogKeys({ file: '', env: LOG_KEYS });
  const open = await openUseCases(url, keys);
  const deps = {
    ...open.deps,
    log: { ...QUIET, error: (_: object, message: string) => void said.push(message) }
  };
  const { logOrigin } = open.installation;
  const sequencer = await startSequencer(deps, open.handle, { logOrigin, keys });
  return {
    said,
    async stop() {
      await sequencer.stop();
      await open.handle.close();
    }
  };
}

/** The entry that tells of a role's creation. */
async function victim(state: StateProbe): Promise<number> {
  const [row] = await state.sql<{ seq: number }[]>`
    select seq::int from audit.seq join audit.entry using (n) where doc->>'action' = 'role.created' order by seq limit 1`;
  return row!.seq;
}
const LIE: [string, string] = ['"outcome":"success"', '"outcome":"denied"'];
const numbered = (state: StateProbe) => state.audited(async () => undefined).then(() => state.settled());
const checkpoints = async (state: StateProbe) =>
  (await state.sql<{ size: number }[]>`select size::int from audit.checkpoint order by size`).map(
    ({ size }) => size
  );

describe('the program does not sign what somebody else wrote', () => {
  test('when the last checkpoint is gone', async () => {
    await using target = await copyDatabase(database.url);
    const state = openState(target.url);
    const seq = await victim(state);
    await state.sql.begin(async (tx) => {
      await rewriteEntry(tx, seq, LIE);
      await tx`delete from audit.checkpoint`;
    });
    const process = await startProcess(target.url);
    await numbered(state);
    await until(() => process.said.length > 0, 'the alarm');
    expect(await checkpoints(state)).toEqual([]);
    expect(logVerify('--database-url', target.url).code).toBe(1);
    await process.stop();
    await state.close();
  });

  test('when the columns beside the last note say what they should', async () => {
    await using target = await copyDatabase(database.url);
    const state = openState(target.url);
    const seq = await victim(state);
    const before = await checkpoints(state);
    await state.sql.begin(async (tx) => {
      const { root, chain } = await rewriteEntry(tx, seq, LIE);
      await tx`update audit.checkpoint set root = ${root}, chain = ${chain} where size = ${before.at(-1)!}`;
    });
    const process = await startProcess(target.url);
    await numbered(state);
    await until(() => process.said.length > 0, 'the alarm');
    expect(await checkpoints(state)).toEqual(before);
    await process.stop();
    await state.close();
  });

  test('when the database says that nothing was ever signed, while it runs', async () => {
    await using target = await copyDatabase(database.url);
    const state = openState(target.url);
    const seq = await victim(state);
    const process = await startProcess(target.url);
    await numbered(state);
    await signed(state);
    await state.sql.begin(async (tx) => {
      await rewriteEntry(tx, seq, LIE);
      await tx`delete from audit.checkpoint`;
      await tx`update audit.tree set size = 0`;
    });
    await numbered(state);
    await until(() => process.said.length > 0, 'the alarm');
    expect(await checkpoints(state)).toEqual([]);
    // It says so in the log as well, and once, however often it looks.
    await until(async () => (await state.entries('audit.inconsistent')) > 0, 'the event');
    await numbered(state);
    expect(await state.entries('audit.inconsistent')).toBe(1);
    await process.stop();
    await state.close();
  });

  test('when the database is taken back while it runs', async () => {
    await using target = await copyDatabase(database.url);
    await using backup = await copyDatabase(database.url);
    let state = openState(target.url);
    const process = await startProcess(target.url);
    for (let n = 0; n < 3; n++) await numbered(state);
    const seen = await signed(state);
    await state.close();
    await replaceDatabase(target.url, backup);
    state = openState(target.url);
    const before = await checkpoints(state);
    await numbered(state);
    await until(() => process.said.length > 0, 'the alarm');
    expect(await checkpoints(state)).toEqual(before);
    expect(before.at(-1)).toBeLessThan(seen);
    await process.stop();
    await state.close();
  });
});

describe('another key in the place of ours', () => {
  /** Everything is signed anew by somebody who brought a key along. */
  async function replaceKey(url: string): Promise<string> {
    const state = openState(url);
    const [origin] = await state.sql<{ origin: string }[]>`select log_origin as origin from installation`;
    const keys = await openLogKeys({ file: '', env: Buffer.alloc(32, 66).toString('base64') });
    const theirs = keys.vkeys(origin!.origin)[0]!;
    const [adopted] = await state.sql<{ seq: number; id: string; key: string }[]>`
      select seq::int, doc->'target'->>'id' as id, doc->'change'->0->>'new' as key
      from audit.seq join audit.entry using (n) where doc->>'action' = 'audit.key.adopt'`;
    await state.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      const { size, root, chain } = await rewriteEntry(tx, adopted!.seq, [adopted!.key, theirs]);
      await tx`delete from audit.checkpoint`;
      const text = checkpointText({ origin: origin!.origin, size, root });
      const note = formatNote(text, [keys.sign(origin!.origin, theirs, text)!]);
      await tx`insert into audit.checkpoint (size, root, chain, note) values (${size}, ${root}, ${chain}, ${note})`;
      await tx`update audit.tree set size = ${size}, first_vkey = ${theirs}, vkey = ${theirs}`;
    });
    await state.close();
    return theirs;
  }

  test('a log with another key in the place of ours is intact to whoever trusts the key in it, and found by whoever has ours; no process starts on it', async () => {
    await using target = await copyDatabase(database.url);
    await replaceKey(target.url);
    const trusting = logVerify('--database-url', target.url);
    expect([trusting.code, trusting.text]).toEqual([0, expect.stringContaining('Give yours with --key')]);
    const { code, text } = logVerify('--database-url', target.url, '--key', vkey);
    expect([code, text]).toEqual([1, expect.stringContaining('V6')]);
    await expect(startProcess(target.url)).rejects.toThrow('is not the one that signs the log');
  });

  test('a running process says so', async () => {
    await using target = await copyDatabase(database.url);
    const state = openState(target.url);
    const process = await startProcess(target.url);
    await numbered(state);
    await signed(state);
    await replaceKey(target.url);
    await until(() => process.said.length > 0, 'the alarm');
    await process.stop();
    await state.close();
  });
});

test('a checkpoint that is gone from the middle takes nothing away: the next one covers what it covered', async () => {
  await using target = await copyDatabase(database.url);
  const state = openState(target.url);
  const sizes = await checkpoints(state);
  expect(sizes.length).toBeGreaterThan(2);
  const middle = sizes[1]!;
  const [{ note } = { note: '' }] = await state.sql<
    { note: string }[]
  >`select note from audit.checkpoint where size = ${middle}`;
  await state.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit.checkpoint where size = ${middle}`;
  });
  await state.close();
  expect(logVerify('--database-url', target.url).code).toBe(0);
  // Whoever holds it finds that the log still continues it.
  expect(logVerify('--database-url', target.url, '--note', note).code).toBe(0);
});
