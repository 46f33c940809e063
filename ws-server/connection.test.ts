import type { WebSocket } from 'ws';
import { describe, expect, test } from 'vitest';
import { Connection } from './connection';
import { updateBroadcast } from './frames';
import { LIMITS } from './limits';
import type { Room } from './room';

/** A connection over a socket that is only counted, and how much its reader has not read. */
function connect() {
  const unread = { bytes: 0 };
  const sent: string[] = [];
  const answered: number[] = [];
  let reminded = 0;
  const closes: number[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    get bufferedAmount() {
      return unread.bytes;
    },
    send: (frame: Uint8Array) => sent.push(frame[1] === 1 ? 'difference' : 'update'),
    close: (code: number) => closes.push(code),
    terminate: () => undefined
  };
  const room = {
    name: 'roles',
    leave: () => undefined,
    answer: (_: Connection, clock: number) => answered.push(clock),
    remind: () => reminded++
  };
  const holder = {
    ...{ sid: 's', personId: 'p', kind: 'administrator' as const, name: 'Ada' },
    ...{ roleId: 'r', packageId: null, owner: false, seesUsage: true, visit: null }
  };
  const connection = new Connection(
    socket as unknown as WebSocket,
    room as unknown as Room,
    holder,
    '127.0.0.1',
    0
  );
  return { connection, unread, sent, answered, closes, reminded: () => reminded };
}

const UPDATE = updateBroadcast(new Uint8Array([0]));
const PRESENCE = new Uint8Array([1, 0]);
const TOO_MUCH = LIMITS.laggingBytes + 1;

describe('a reader of a document', () => {
  test('a reader that has had no difference gets no changes', () => {
    const { connection, sent } = connect();
    connection.sendUpdate(UPDATE, 0, 0);
    expect(sent).toEqual([]);
    connection.sendDifference(new Uint8Array([0]));
    connection.sendUpdate(UPDATE, 0, 0);
    expect(sent).toEqual(['difference', 'update']);
  });

  test('[LIV-3] a reader that lags is told who is here once it has read, and only then', () => {
    const { connection, unread, sent, reminded } = connect();
    connection.setMeets(true);
    unread.bytes = TOO_MUCH;
    connection.sendPresence([], PRESENCE);
    connection.checkLag(0);
    expect([sent, reminded()]).toEqual([[], 0]);
    unread.bytes = LIMITS.laggingBytes;
    connection.checkLag(250);
    connection.checkLag(500);
    expect(reminded()).toBe(1);
    connection.sendPresence([], PRESENCE);
    connection.checkLag(750);
    expect([sent.length, reminded()]).toEqual([1, 1]);
  });

  test('a reader that lags gets no change until it has read, then is answered from the first one it missed', () => {
    const { connection, unread, sent, answered } = connect();
    connection.sendDifference(new Uint8Array([0]));
    unread.bytes = TOO_MUCH;
    connection.sendUpdate(UPDATE, 7, 100);
    connection.sendUpdate(UPDATE, 8, 100);
    unread.bytes = LIMITS.laggingBytes / 2;
    connection.checkLag(200);
    connection.sendUpdate(UPDATE, 9, 200);
    expect([sent, answered]).toEqual([['difference'], []]);
    unread.bytes = 0;
    connection.checkLag(300);
    expect(answered).toEqual([7]);
    connection.sendUpdate(UPDATE, 10, 300);
    expect(sent).toEqual(['difference', 'update']);
  });

  test('a question of a lagging reader is kept with the lowest clock it asked from', () => {
    const { connection, unread, answered, sent } = connect();
    unread.bytes = TOO_MUCH;
    expect(connection.defer(5)).toBe(true);
    expect(connection.defer(2)).toBe(true);
    expect(connection.defer(9)).toBe(true);
    unread.bytes = 0;
    connection.checkLag(1);
    expect(answered).toEqual([2]);
    // It has had no first difference: changes would be of no use to it.
    connection.sendUpdate(UPDATE, 9, 1);
    expect(sent).toEqual([]);
  });

  test('a reader that lags for too long, or has too much unread, is closed', () => {
    const slow = connect();
    slow.connection.sendDifference(new Uint8Array([0]));
    slow.unread.bytes = TOO_MUCH;
    slow.connection.sendUpdate(UPDATE, 1, 0);
    slow.connection.checkLag(LIMITS.laggingMs);
    expect(slow.closes).toEqual([]);
    slow.connection.checkLag(LIMITS.laggingMs + 1);
    expect(slow.closes).toHaveLength(1);
    const full = connect();
    full.unread.bytes = LIMITS.closeBytes + 1;
    full.connection.checkLag(0);
    expect(full.closes).toHaveLength(1);
  });

  test('a closed reader stays closed, whatever was on its way to it', () => {
    const { connection, unread, sent, closes, answered } = connect();
    connection.sendDifference(new Uint8Array([0]));
    connection.close(4000, 'over');
    connection.close(4001, 'over again');
    connection.sendDifference(new Uint8Array([0]));
    connection.sendUpdate(UPDATE, 1, 0);
    unread.bytes = TOO_MUCH;
    expect(connection.defer(0)).toBe(true);
    unread.bytes = 0;
    connection.checkLag(0);
    expect([connection.closed, sent, closes, answered]).toEqual([true, ['difference'], [4000], []]);
  });
});
