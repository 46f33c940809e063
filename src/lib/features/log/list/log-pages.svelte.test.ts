import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import type { ListedEntry } from '$lib/shared/feed/listed-view';
import { LogPages } from './log-pages.svelte';
import { NO_FILTER } from './log-query';

type Asked = Parameters<typeof api.log.list.query>[0];
type Answer = Awaited<ReturnType<typeof api.log.list.query>>;

vi.mock('$lib/client/api/api', () => ({
  api: { log: { list: { query: vi.fn() } } },
  isConnectionFault: (error: unknown) => error === 'lost',
  refusalOf: () => null
}));

const query = vi.mocked(api.log.list.query as (asked: Asked) => Promise<Answer>);
/** The newest number of a log of which nothing was deleted. */
let newest: number;
/** Answers that wait to be let through, oldest first. */
let waiting: (() => void)[];
let holding: boolean;

const ids = (entries: readonly ListedEntry[]) => entries.map(({ id }) => id);
const from = (first: number, count: number) => Array.from({ length: count }, (_, at) => first - at);

beforeEach(() => {
  newest = 1000;
  waiting = [];
  holding = false;
  query.mockReset().mockImplementation(async ({ cursor, limit = 60 }) => {
    const first = cursor === undefined ? newest : Number(cursor) - 1;
    const entries = from(first, Math.min(limit, first)).map((id) => ({ id }) as ListedEntry);
    if (holding) await new Promise<void>((resolve) => waiting.push(resolve));
    return { entries, next: first > limit ? String(entries.at(-1)!.id) : null };
  });
});

async function shown(): Promise<LogPages> {
  const pages = new LogPages('activity');
  await pages.show(NO_FILTER);
  return pages;
}

test('[LOG-3] what went by meanwhile comes whole, page by page, none twice', async () => {
  const pages = await shown();
  newest += 643;
  await pages.lookForNew();
  expect(ids(pages.fresh)).toEqual(from(1643, 643));
  pages.showNew();
  expect(ids(pages.entries)).toEqual(from(1643, 643 + 60));
  expect(pages.fresh).toEqual([]);
});

test('[LOG-3] news that arrive while an older page is fetched are shown, without another one', async () => {
  const pages = await shown();
  newest += 2;
  holding = true;
  const looked = pages.lookForNew();
  const older = pages.more();
  waiting.forEach((pass) => pass());
  await Promise.all([looked, older]);
  expect(ids(pages.fresh)).toEqual([1002, 1001]);
  expect(ids(pages.entries)).toEqual(from(1000, 120));
});

test('[LOG-3] an older page that comes after the list was cut belongs to no end of it', async () => {
  const pages = await shown();
  for (let page = 1; page < 50; page++) await pages.more();
  // Three thousand: what is added on top takes as much away below.
  newest = 4000;
  await pages.show(NO_FILTER);
  for (let page = 1; page < 50; page++) await pages.more();
  newest += 10;
  await pages.lookForNew();
  holding = true;
  const older = pages.more();
  pages.showNew();
  waiting.forEach((pass) => pass());
  await older;
  expect(ids(pages.entries)).toEqual(from(4010, 3000));
  holding = false;
  await pages.more();
  expect(ids(pages.entries)).toEqual(from(4010, 3060));
});

test('[LOG-4] the answer to an older question is thrown away', async () => {
  const pages = await shown();
  holding = true;
  const older = pages.more();
  const other = pages.show({ ...NO_FILTER, search: 'maya' });
  waiting.forEach((pass) => pass());
  await Promise.all([older, other]);
  expect(ids(pages.entries)).toEqual(from(1000, 60));
});

test('[LOG-4] a search that finds nothing says which word failed, with the other filters as they are', async () => {
  query.mockImplementation(async ({ search, limit = 60 }) => {
    const fits = search === 'removed';
    return {
      entries: fits ? from(newest, Math.min(1, limit)).map((id) => ({ id }) as ListedEntry) : [],
      next: null
    };
  });
  const pages = new LogPages('activity');
  await pages.show({ ...NO_FILTER, outcome: 'denied', search: 'removed exprot' });
  expect(pages.missing).toBe('No matching entry contains “exprot”.');
  expect(query.mock.calls.slice(1).map(([asked]) => [asked.search, asked.outcome, asked.limit])).toEqual([
    ['removed', 'denied', 1],
    ['exprot', 'denied', 1]
  ]);
  await pages.show({ ...NO_FILTER, search: 'removed' });
  expect([pages.entries.length, pages.missing]).toEqual([1, null]);
});
