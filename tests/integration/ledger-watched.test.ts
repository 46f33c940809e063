import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Layer } from '../../src/lib/core/quotas/layers';
import { charge, commitHold, overOfDay, releaseCharge } from '../../src/lib/server/db/tables/ledger-table';
import { ask, personLayer, useTestLedger } from '../support/ledger';

// [QUO-10] What a cap that is only watched would have refused: of what was sent, charged at once or reserved before.

const { db, at } = useTestLedger(2);
beforeAll(() => at('2026-04-10T12:00:00Z'));

const watched = (): Layer => {
  const layer = personLayer(randomUUID(), { daily: 5 });
  return { ...layer, caps: { ...layer.caps, daily: { ...layer.caps.daily, shadow: true } } };
};
const over = async ({ account }: Layer) => (await overOfDay(db(), [account])).get(account) ?? 0;
type End = (of: { caller: string; id: string }) => Promise<unknown>;

test.each<[string, number | null, End | null, number]>([
  ['a charge', null, null, 4],
  ['a charge that came back', null, (of) => releaseCharge(db(), of), 0],
  ['a reservation that runs', 600, null, 0],
  ['a reservation that was used', 600, (of) => commitHold(db(), { ...of, units: null }), 4],
  ['a reservation that was used in part', 600, (of) => commitHold(db(), { ...of, units: 3 }), 3],
  ['a reservation that came back', 600, (of) => releaseCharge(db(), of), 0]
])('[QUO-10] of %s', async (_, ttlSeconds, end, expected) => {
  const olga = watched();
  await charge(db(), ask([olga], 3));
  const given = ask([olga], 4, { ttlSeconds });
  expect(await charge(db(), given)).toMatchObject({ outcome: 'granted', units: 4 });
  await end?.({ caller: 'test', id: given.id });
  expect(await over(olga)).toBe(expected);
});
