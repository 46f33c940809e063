import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, startTestConsole, type TestConsole } from '../support/console';
import { PolicyClient } from '../support/policy-client';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [QUO-5] `npm run admin -- doctor`: what is set up wrongly where mail is sent.

const PROGRAM = fileURLToPath(new URL('../../build/server/admin.js', import.meta.url));

let app: TestConsole;
let state: StateProbe;
let dataDir: string;
let listen: string;
let relay: Planted;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rolecall-doctor-'));
  listen = `127.0.0.1:${await freePort()}`;
  app = await startTestConsole({ env: { DATA_DIR: dataDir, ENCRYPTION_KEYS: '', POLICY_LISTEN: listen } });
  state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Sending',
    permissions: ['quotas.ledger.consume']
  });
  relay = await plantApplication(state, { roleId, name: 'Relay' });
  await keyEnds('90 days');
});
afterAll(async () => {
  await state.close();
  await app.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Sets the end of the relay's key, from now. */
const keyEnds = (ahead: string) =>
  state.audited(
    (tx) => tx`update api_keys set expires_at = now() + ${ahead}::interval where id = ${relay.keyId}`
  );

/** Its exit code, and its lines by what they begin with. */
async function doctor(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [PROGRAM, 'doctor'], {
    env: {
      ...{ PATH: process.env['PATH'], DATABASE_URL: app.databaseUrl, DATA_DIR: dataDir, ORIGIN: app.origin },
      ...{ POLICY_LISTEN: listen, ...env }
    },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = out.trim().split('\n');
  const of = (mark: string) => lines.filter((line) => line.startsWith(mark)).join('\n');
  return { code, wrong: of('WRONG'), notes: of('note'), well: of('ok') };
}

test('[QUO-5] of a sound installation it says so; of a mail server that asks at the wrong place, what to do', async () => {
  const sound = await doctor();
  expect(sound).toMatchObject({ code: 0, wrong: '' });
  for (const words of ['structure of this version', 'clocks', `listens at ${listen}`, 'Relay has a key'])
    expect(sound.well).toContain(words);
  expect(sound.notes).toContain('No sending layer has asked yet');
  expect(sound.notes).toContain('Mail is not set up');

  const [host, port] = listen.split(':');
  const policy = await PolicyClient.open({ host: host!, port: Number(port) });
  const ask = { policy_context: 'mx1', sasl_username: app.ownerId, instance: '1.2', queue_id: 'A1' };
  await policy.ask({ ...ask, protocol_state: 'RCPT', recipient_count: 0 });
  const layer = (more: object) => async () => {
    const known = await app.owner.call<{ mta: string | null; states: object }[]>('caps.layers');
    return (
      Object.keys(known.find(({ mta }) => mta === 'mx1')?.states ?? {}).length === Object.keys(more).length
    );
  };
  await until(layer({ RCPT: 1 }), 'it is noted');
  const early = await doctor();
  expect(early.code).toBe(1);
  expect(early.wrong).toContain('mx1 (127.0.0.1): it asks at RCPT and never at END-OF-MESSAGE');
  expect(early.wrong).toContain('smtpd_end_of_data_restrictions');
  await policy.ask(ask);
  await until(layer({ RCPT: 1, END: 1 }), 'it is noted again');
  policy.vanish();
  expect(await doctor()).toMatchObject({ code: 0, wrong: '' });
});

test('[APP-2] keys that do not work, a place where nobody listens, pending migrations', async () => {
  await keyEnds('3 days');
  expect((await doctor()).notes).toContain('The last key of Relay ends');
  await keyEnds('-1 day');
  expect((await doctor()).wrong).toContain('Relay has no key that works');
  await state.audited((tx) => tx`update applications set status = 'suspended' where id = ${relay.id}`);
  // Somebody did that on purpose.
  expect(await doctor()).toMatchObject({
    code: 0,
    wrong: '',
    notes: expect.stringContaining('Relay is suspended')
  });
  const nobody = await doctor({ POLICY_LISTEN: `127.0.0.1:${await freePort()}` });
  expect(nobody.code).toBe(1);
  expect(nobody.wrong).toContain('Nothing listens at');
  const [{ id }] = (await state.sql`delete from drizzle.__drizzle_migrations
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations) returning id`) as unknown as [
    { id: number }
  ];
  expect(id).toBeGreaterThan(0);
  expect((await doctor()).wrong).toContain('Migrations are pending');
});
