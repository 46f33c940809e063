import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { ApplicationCommands } from './application-commands.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { applications: { extendKey: { mutate: vi.fn() } } },
  isConnectionFault: () => true,
  refusalOf: () => null
}));

const mutate = vi.mocked(api.applications.extendKey.mutate);
const [ZEROTH, FIRST, FIRST_LATER, SECOND, THIRD] = [
  '2026-11-30T12:00:00.000Z',
  '2026-12-01T12:00:00.000Z',
  '2026-12-01T12:05:00.000Z',
  '2026-12-02T12:00:00.000Z',
  '2026-12-03T12:00:00.000Z'
];

beforeEach(
  () =>
    void mutate.mockReset().mockImplementation(({ until }) => Promise.resolve({ retiresAt: until } as never))
);

const key = (retiresAt: string, id = 'key') => ({ id, retiresAt });

test('[APP-3] [LIV-3] a day more after a lost answer is the same day, and one after an answer another', async () => {
  const commands = new ApplicationCommands({} as CatalogueIndex);
  mutate.mockRejectedValueOnce(new Error('lost'));
  expect(await commands.extendKey(key(ZEROTH), FIRST)).toBeNull();
  expect(await commands.extendKey(key(ZEROTH), FIRST_LATER)).toEqual({ retiresAt: FIRST });
  expect(await commands.extendKey(key(FIRST), SECOND)).toEqual({ retiresAt: SECOND });
  const [lost, again, other] = mutate.mock.calls.map(([input]) => input);
  expect(again).toEqual(lost);
  expect(other?.op).not.toBe(lost?.op);
});

test('[APP-3] a lost day that the key is known to have is over with: the next one is another', async () => {
  const commands = new ApplicationCommands({} as CatalogueIndex);
  mutate.mockRejectedValueOnce(new Error('lost'));
  await commands.extendKey(key(ZEROTH), FIRST);
  expect(await commands.extendKey(key(FIRST), SECOND)).toEqual({ retiresAt: SECOND });
  const [lost, other] = mutate.mock.calls.map(([input]) => input);
  expect(other?.op).not.toBe(lost?.op);
});

test('[APP-3] what was not answered of one key is not asked for of another', async () => {
  const commands = new ApplicationCommands({} as CatalogueIndex);
  mutate.mockRejectedValueOnce(new Error('lost'));
  await commands.extendKey(key(ZEROTH), FIRST);
  expect(await commands.extendKey(key(SECOND, 'other'), THIRD)).toEqual({ retiresAt: THIRD });
});
