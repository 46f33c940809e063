import { peopleMap } from '../src/lib/documents/list-docs';
import { plantPeople } from '../tests/support/accounts';
import { offlineAuthor } from '../tests/support/offline-author';
import { openState } from '../tests/support/state';
import { flicker, renamePeople, whileAway } from '../tests/support/while-away';
import type { Ours } from './servers/ours';
import { median } from './statistics';

/** Ticks made without a connection, one by one. */
export const TICKS = 1000;
/** Changes that others make meanwhile: number of things, and times that each is changed. */
const BUSY = 50;
const TURNS = 20;

export type OfflineCost = {
  requests: number;
  /** Milliseconds until all are committed: through the outbox, and as one `roles.edit` with the same cells. */
  outbox: number[];
  floor: number[];
};

/** Ticks a thousand permissions offline and lets the outbox's sender send them; in turns with one direct call. */
export async function measureOffline(
  { installation: { owner } }: Ours,
  ids: readonly string[],
  rounds: number
): Promise<OfflineCost> {
  const cost: OfflineCost = { requests: 0, outbox: [], floor: [] };
  const ticked = ids.slice(0, TICKS);
  const newRole = (name: string) =>
    owner.call<{ id: string; seq: number }>('roles.create', { name, permissions: [] });
  // The first round warms both up.
  for (let round = 0; round <= rounds; round++) {
    const tunnel = await newRole(`Tunnel ${round}`);
    const author = offlineAuthor(owner);
    for (const key of ticked)
      await author.edit(`role:${tunnel.id}`, [{ key, value: true, committed: false, seen: tunnel.seq }]);
    const sent = await author.send();
    if ((await author.left()) > 0) throw new Error('edits made offline did not land');

    const direct = await newRole(`Direct ${round}`);
    const began = performance.now();
    await owner.call('roles.edit', { id: direct.id, seen: direct.seq, grant: ticked });
    const floor = performance.now() - began;
    if (round === 0) continue;
    cost.requests = Math.max(cost.requests, sent.requests);
    cost.outbox.push(sent.ms);
    cost.floor.push(floor);
  }
  return cost;
}

export type ReturnCost = { what: string; entries: number; changed: number; missed: number; whole: number };

/** Bytes to come back after a thousand changes by others, beside those of a full load (LIV-2). */
export async function measureReturns(
  { installation: { owner, databaseUrl } }: Ours,
  ids: readonly string[]
): Promise<ReturnCost[]> {
  const state = openState(databaseUrl);
  try {
    const costs: ReturnCost[] = [];
    const permissions = ids.slice(0, 1000);
    for (const changed of [BUSY, 500]) {
      const { id } = await owner.call<{ id: string }>('roles.create', {
        name: `Away ${changed}`,
        permissions
      });
      const turns = (BUSY * TURNS) / changed;
      const { missed, whole } = await whileAway(owner, state, `role:${id}`, () =>
        flicker(owner, id, permissions.slice(0, changed), turns)
      );
      costs.push({ what: 'a role', entries: permissions.length, changed, missed, whole });
    }
    const people = await plantPeople(
      state,
      Array.from({ length: 1000 }, () => ({ roleId: 'analyst' }))
    );
    await renamePeople(state, people, 'Planted');
    for (const changed of [BUSY, 500]) {
      const turns = (BUSY * TURNS) / changed;
      const { missed, whole, fresh } = await whileAway(owner, state, 'people', async () => {
        for (let turn = 1; turn <= turns; turn++)
          await renamePeople(state, people.slice(0, changed), `Renamed ${changed} ${turn}`);
      });
      costs.push({ what: 'people', entries: peopleMap(fresh).size, changed, missed, whole });
    }
    return costs;
  } finally {
    await state.close();
  }
}

/** Ratio of the outbox's time to that of one direct call, by their medians. */
export const offlineRatio = ({ outbox, floor }: OfflineCost): number => median(outbox) / median(floor);
