import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import { SavedViews, type SavedView } from './saved-views.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { log: { filters: { query: vi.fn() }, keepFilters: { mutate: vi.fn() } } }
}));

const mutate = vi.mocked(api.log.keepFilters.mutate);
const held = (count: number, view: SavedView['view']): SavedView[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${view} ${at}`, view, query: '?q=1' }));

async function having(views: SavedView[]) {
  vi.mocked(api.log.filters.query).mockResolvedValue(views);
  const saved = new SavedViews();
  await saved.load();
  return saved;
}

beforeEach(() => void mutate.mockReset().mockResolvedValue({ kept: 1 }));

test('[LOG-4] [ADM-1] what is saved of one list leaves those of another as they are', async () => {
  const saved = await having([...held(30, 'activity'), ...held(1, 'administrators')]);
  const added: SavedView = { name: 'Suspended', view: 'administrators', query: '?status=suspended' };
  expect(await saved.keep(added)).toBe('kept');
  expect(saved.of('administrators').map(({ name }) => name)).toEqual(['administrators 0', 'Suspended']);
  expect(saved.of('activity')).toHaveLength(30);
  expect(mutate.mock.lastCall![0].filters).toHaveLength(32);

  expect(await saved.keep({ ...added, query: '?status=active' })).toBe('kept');
  expect(saved.of('administrators').map(({ query }) => query)).toEqual(['?q=1', '?status=active']);
});

test('[LOG-4] one more than are kept is refused, and none of the others lost', async () => {
  const saved = await having(held(30, 'activity'));
  expect(await saved.keep({ name: 'New', view: 'activity', query: '?a=1' })).toBe('full');
  expect(mutate).not.toHaveBeenCalled();
  expect(await saved.keep({ name: 'activity 3', view: 'activity', query: '?a=2' })).toBe('kept');
  expect(saved.of('activity')).toHaveLength(30);
});

test('[LIV-3] without a connection nothing is said to be saved', async () => {
  const saved = await having([]);
  mutate.mockRejectedValue(new Error('lost'));
  expect(await saved.keep({ name: 'New', view: 'activity', query: '?a=1' })).toBe('failed');
  expect(saved.of('activity')).toEqual([]);
});
