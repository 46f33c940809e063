import { TRPCClientError } from '@trpc/client';
import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { Refusal } from '$lib/core/access/refusal';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import shipped from '$lib/core/access/catalogue/permissions.json';
import { notChangedWords } from './not-changed-words';
import { SavedViews, type SavedView } from './saved-views.svelte';

vi.mock('$lib/client/api/api', async (original) => ({
  ...(await original<typeof import('$lib/client/api/api')>()),
  api: { log: { filters: { query: vi.fn() }, keepFilters: { mutate: vi.fn() } } }
}));

const NO_ANSWER = new TRPCClientError('Failed to fetch');
const answered = (data: { httpStatus: number; refusal?: Refusal }) =>
  new TRPCClientError('no', { result: { error: { message: 'no', code: -32000, data } } });
const SIGNED_OUT = answered({ httpStatus: 401, refusal: { code: 'auth/signed-out' } });

const mutate = vi.mocked(api.log.keepFilters.mutate);
const held = (count: number, view: SavedView['view']): SavedView[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${view} ${at}`, view, query: '?q=1' }));

/** What the server keeps. */
let server: SavedView[] = [];

async function having(views: SavedView[]) {
  server = views;
  const saved = new SavedViews();
  await saved.load();
  return saved;
}

beforeEach(() => {
  vi.mocked(api.log.filters.query).mockImplementation(() => Promise.resolve(server));
  mutate.mockReset().mockImplementation(({ filters }) => {
    server = filters;
    return Promise.resolve({ kept: filters.length });
  });
});

test('[LOG-4] [ADM-1] what is saved of one list leaves those of another as they are', async () => {
  const saved = await having([...held(30, 'activity'), ...held(1, 'administrators')]);
  const added: SavedView = { name: 'Suspended', view: 'administrators', query: '?status=suspended' };
  expect(await saved.keep(added)).toBe('done');
  expect(saved.of('administrators').map(({ name }) => name)).toEqual(['administrators 0', 'Suspended']);
  expect(saved.of('activity')).toHaveLength(30);
  expect(mutate.mock.lastCall![0].filters).toHaveLength(32);

  expect(await saved.keep({ ...added, query: '?status=active' })).toBe('done');
  expect(saved.of('administrators').map(({ query }) => query)).toEqual(['?q=1', '?status=active']);
});

test('[LOG-4] one more than are kept is refused, and none of the others lost', async () => {
  const saved = await having(held(30, 'activity'));
  expect(await saved.keep({ name: 'New', view: 'activity', query: '?a=1' })).toBe('full');
  expect(mutate).not.toHaveBeenCalled();
  expect(await saved.keep({ name: 'activity 3', view: 'activity', query: '?a=2' })).toBe('done');
  expect(saved.of('activity')).toHaveLength(30);
});

test('[LIV-3] without a connection nothing is said to be saved', async () => {
  const saved = await having([]);
  mutate.mockRejectedValue(NO_ANSWER);
  expect(await saved.keep({ name: 'New', view: 'activity', query: '?a=1' })).toBe('lost');
  expect(saved.of('activity')).toEqual([]);
});

test('[ACC-7] [LIV-3] a refusal is told in its own words, and only a lost connection as one', async () => {
  const saved = await having([]);
  const added: SavedView = { name: 'New', view: 'activity', query: '?a=1' };
  const said = async () => {
    const outcome = await saved.keep(added);
    return outcome === 'done'
      ? outcome
      : notChangedWords('saved', outcome, indexCatalogue(shipped as Catalogue));
  };
  mutate.mockRejectedValueOnce(NO_ANSWER);
  expect(await said()).toBe('It was not saved. This requires a connection.');
  mutate.mockRejectedValueOnce(SIGNED_OUT);
  expect(await said()).toMatch(/^It was not saved\. .*[Ss]ign/);
  mutate.mockRejectedValueOnce(answered({ httpStatus: 429, refusal: { code: 'busy', retryAfter: 60 } }));
  expect(await said()).toMatch(/^It was not saved\. Too many/);
  for (const unknown of [answered({ httpStatus: 500 }), new Error('nobody thought of it')]) {
    mutate.mockRejectedValueOnce(unknown);
    expect(await said()).toBe('It was not saved. Try again.');
  }
  mutate.mockRejectedValueOnce(SIGNED_OUT);
  expect(await saved.forget(added)).toEqual({ refusal: { code: 'auth/signed-out' } });
  expect(await said()).toBe('done');
});

test('[LOG-4] what is kept before anything was read takes nothing away', async () => {
  await having(held(2, 'activity'));
  const added: SavedView = { name: 'Suspended', view: 'administrators', query: '?status=suspended' };
  expect(await new SavedViews().keep(added)).toBe('done');
  expect(server.map(({ name }) => name)).toEqual(['activity 0', 'activity 1', 'Suspended']);
});

test('[LOG-4] two pages of one person take nothing from each other, nor two changes of one page', async () => {
  const [one, other] = [await having(held(1, 'activity')), await having(held(1, 'activity'))];
  expect(await one.keep({ name: 'One', view: 'activity', query: '?a=1' })).toBe('done');
  expect(await other.forget(held(1, 'activity')[0]!)).toBe('done');
  await Promise.all(
    ['Two', 'Three'].map((name) => other.keep({ name, view: 'authentication', query: '?a=2' }))
  );
  expect(server.map(({ name }) => name)).toEqual(['One', 'Two', 'Three']);
  expect(other.all).toEqual(server);
});
