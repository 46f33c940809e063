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
const [FIRST, SECOND, THIRD] = [
  '2026-12-01T12:00:00.000Z',
  '2026-12-02T12:00:00.000Z',
  '2026-12-03T12:00:00.000Z'
];

beforeEach(
  () =>
    void mutate.mockReset().mockImplementation(({ until }) => Promise.resolve({ retiresAt: until } as never))
);

test('[APP-3] [LIV-3] a day more after a lost answer is the same day, and one after an answer another', async () => {
  const commands = new ApplicationCommands({} as CatalogueIndex);
  mutate.mockRejectedValueOnce(new Error('lost'));
  expect(await commands.extendKey('key', FIRST)).toBeNull();
  // It was done, and the key says so by now.
  expect(await commands.extendKey('key', SECOND)).toEqual({ retiresAt: FIRST });
  expect(await commands.extendKey('key', SECOND)).toEqual({ retiresAt: SECOND });
  const [lost, again, other] = mutate.mock.calls.map(([input]) => input);
  expect(again).toEqual(lost);
  expect(other?.op).not.toBe(lost?.op);
});

test('[APP-3] what was not answered of one key is not asked for of another', async () => {
  const commands = new ApplicationCommands({} as CatalogueIndex);
  mutate.mockRejectedValueOnce(new Error('lost'));
  await commands.extendKey('key', FIRST);
  expect(await commands.extendKey('other', THIRD)).toEqual({ retiresAt: THIRD });
});
