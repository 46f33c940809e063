import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from './connection.svelte';
import type { Replica, ReplicaState } from './replica.svelte';

beforeEach(() => void vi.stubGlobal('navigator', { onLine: true }));
afterEach(() => void vi.unstubAllGlobals());

class Document {
  state = $state<ReplicaState>('connecting');
}

async function setUp() {
  const connection = new Connection();
  const document = new Document();
  connection.watch(document as unknown as Replica);
  await Promise.resolve();
  const become = (state: ReplicaState) => {
    document.state = state;
    flushSync();
  };
  return { connection, become };
}

test('[LIV-1] contact that comes back is told once what was missed is here, however long it took', async () => {
  const { connection, become } = await setUp();
  become('live');
  expect([connection.state, connection.returns]).toEqual(['live', 0]);
  become('offline');
  expect(connection.state).toBe('offline');
  become('connecting');
  expect([connection.state, connection.returns]).toEqual(['catching-up', 0]);
  become('live');
  expect([connection.state, connection.returns]).toEqual(['live', 1]);
  connection.destroy();
});

test('[LIV-1] what this device holds and nobody can read is told, and keeps no page from asking again', async () => {
  const { connection, become } = await setUp();
  let known = $state(false);
  connection.count({ count: () => 0, moving: () => 0, known: () => known });
  become('offline');
  connection.lastError = 'The server is responding slowly.';
  become('live');
  expect([connection.state, connection.contact]).toEqual(['catching-up', 'live']);
  expect([connection.returns, connection.lastError]).toEqual([1, null]);
  known = true;
  flushSync();
  expect([connection.state, connection.returns]).toEqual(['live', 1]);
  connection.destroy();
});
