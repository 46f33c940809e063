import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/close-codes';
import { LIMITS } from '../../ws-server/limits';
import { startTestConsole, type TestConsole } from '../support/console';
import { openRaw, presence, presenceIn, STEP_1 } from '../support/raw-socket';
import { until } from '../support/replica';

const SEQUENCER_LOCK = 0x73657175;

let app: TestConsole;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startTestConsole();
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await app.stop();
});

test('[LIV-1] who loses the right while being let in is told nothing of the document', async () => {
  let turn = await loseWhileLetIn(1);
  // Who waits for longer than readers are kept waiting is sent away for that: once more.
  for (let nth = 2; nth < 10 && turn.told === CLOSE.tooSlow && turn.isLate; nth++)
    turn = await loseWhileLetIn(nth);
  expect(turn.told).toBe(CLOSE.notAllowed);
});

/**
 * Somebody loses the right to read a document while it is let in. `told`: the code that it is turned away with;
 * `isLate`: after longer than readers are kept waiting.
 */
async function loseWhileLetIn(nth: number): Promise<{ told: number; isLate: boolean }> {
  const viewers = await app.owner.call<{ id: string; seq: number }>('roles.create', {
    name: `Viewers ${nth}`,
    permissions: ['people.roles.view']
  });
  const { client } = await app.person(`Vera Viewer ${nth}`, viewers.id);
  // While nothing is sequenced, whoever asks for the new role's document is judged and then waits for it.
  await sql`select pg_advisory_lock(${SEQUENCER_LOCK})`;
  const secret = await app.owner.call<{ id: string }>('roles.create', { name: `Secret ${nth}` });
  const began = performance.now();
  using reader = await openRaw(client, `role:${secret.id}`);
  reader.send(STEP_1);
  await sleep(300);
  await app.owner.call('roles.edit', { id: viewers.id, seen: viewers.seq, revoke: ['people.roles.view'] });
  await sleep(200);
  await sql`select pg_advisory_unlock(${SEQUENCER_LOCK})`;
  const told = await reader.closed;
  expect(reader.frames).toEqual([]);
  return { told, isLate: performance.now() - began > LIMITS.documentDueMs };
}

test('[W-03] a connection that is turned away is cut, though its other end stays open', async () => {
  for (const request of [
    'GET /sync/roles HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nhost: evil',
    'x'
  ]) {
    const socket = connect({ port: app.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(`${request}\r\n\r\n`);
    socket.resume();
    await once(socket, 'end');
    let gone = false;
    socket.on('close', () => (gone = true));
    // What is written to a connection that was cut is answered with a reset.
    await until(() => {
      socket.write('x');
      return gone;
    }, 'the connection is cut');
  }
});

test('[W-15] no presence carries a clock that other clients cannot read', async () => {
  const maya = await openRaw(app.owner, 'roles');
  using other = await openRaw(app.owner, 'roles');
  other.send(STEP_1);
  maya.send(STEP_1);
  maya.send(presence(77, Number.MAX_SAFE_INTEGER, {}));
  expect(await maya.closed).toBe(CLOSE.limitBroken);
  await sleep(300);
  expect(presenceIn(other.frames).filter(({ client }) => client === 77)).toEqual([]);
});
