import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillLog } from '../../bench/log-fill';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { BLOCK_SIZE, isWholeId, searchable, searchTerms } from '../../src/lib/core/log/log-tokens';
import { indexCatalogue, type Catalogue } from '../../src/lib/core/access/catalogue';
import type { EntryDoc } from '../../src/lib/server/db/log/audit-schema';
import { readLogEntry } from '../../src/lib/server/db/log/log-table';
import type { LogChart } from '../../src/lib/server/services/log/reading/read-log';
import type { WholeEntry } from '../../src/lib/server/services/log/reading/read-entry';
import { erasePerson } from '../../src/lib/server/services/log/upkeep/erase-person';
import { logFacts, wholeIds } from '../../src/lib/server/services/log/sequencer/log-facts';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';

// A log that was there before its index: the program makes it, and finds by it what reading everything finds (LOG-4).

const ENTRIES = 3000;
const SEED = Number(process.env['SEED'] ?? 20261122);

type Listed = { id: number; at: string; action: string; outcome: string };
type Page = { entries: Listed[]; next: string | null };
type Filter = Record<
  'view' | 'action' | 'actor' | 'target' | 'outcome' | 'ip' | 'from' | 'to' | 'search',
  string
>;

let app: TestConsole;
let state: StateProbe;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  await app.pause();
  await fillLog(app.databaseUrl, ENTRIES);
  await app.resume();
  await indexed();
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Waits until everything with a number is in the index, and every full block is made. */
async function indexed(): Promise<void> {
  await state.settled();
  await until(async () => {
    const [row] = await state.sql<{ ready: boolean }[]>`
        select (select max(seq) from audit.seq) = (select max(seq) from audit.fact)
          and (select (max(seq) + 1) / ${BLOCK_SIZE} from audit.fact) = (select count(*) from audit.block where tokens is not null) as ready`;
    return row!.ready;
  }, 'the log is indexed');
}

/** Everything in the log, as the searched parts of it: what a filter is tried on one by one. */
async function everything() {
  const catalogue = indexCatalogue(shipped as Catalogue);
  const roles = new Map(
    (
      await state.sql<{ id: string; name: string }[]>`select id, name from roles where deleted_at is null`
    ).map(({ id, name }) => [id, name])
  );
  const known = { catalogue, roleName: (id: string) => roles.get(id) ?? null, packageName: () => null };
  const rows = await state.sql<{ seq: number; n: number; doc: EntryDoc; pii: Uint8Array | null }[]>`
    select s.seq::int as seq, s.n::int as n, e.doc, p.doc as pii from audit.seq s join audit.entry e using (n) left join audit.pii p using (n) order by seq desc`;
  return rows.map(({ seq, n, doc, pii }) => ({
    ...logFacts(known, { seq, n, doc, personalData: pii }),
    ids: wholeIds([doc.id, doc.op, doc.req, doc.actor.id, doc.actor.sid, doc.target.id])
  }));
}

/** Ids of the shipped permissions. */
const shippedIds = () => indexCatalogue(shipped as Catalogue).ids;

type Everything = Awaited<ReturnType<typeof everything>>;

function oracle(all: Everything, filter: Partial<Filter>): number[] {
  const milliseconds = (at: string) => Number(new Date(at));
  return all
    .filter((entry) => {
      if (filter.action === undefined ? entry.view === 'quiet' : entry.action !== filter.action) return false;
      if (filter.view !== undefined && entry.view !== filter.view) return false;
      for (const key of ['actor', 'target', 'outcome', 'ip'] as const)
        if (filter[key] !== undefined && entry[key] !== filter[key]) return false;
      if (filter.from !== undefined && milliseconds(entry.at) < milliseconds(filter.from)) return false;
      // Entries have microseconds, which a Date cuts off.
      if (filter.to !== undefined && entry.at.replace('Z', '') > filter.to.replace('Z', '000')) return false;
      return searchTerms(filter.search ?? '').every((term) =>
        isWholeId(term)
          ? entry.ids.includes(term)
          : entry.words.includes(term) || entry.personal.includes(term)
      );
    })
    .map(({ seq }) => seq);
}

/** All pages of a question. */
async function listed(filter: object, limit = 200): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page: Page = await app.owner.call<Page>('log.list', {
      ...filter,
      limit,
      ...(cursor ? { cursor } : {})
    });
    found.push(...page.entries.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

function drawing(seed: number) {
  let value = seed;
  return {
    chance(share: number): boolean {
      value = (Math.imul(value, 1664525) + 1013904223) | 0;
      return (value >>> 8) / 2 ** 24 < share;
    },
    of<T>(list: readonly T[]): T {
      value = (Math.imul(value, 1664525) + 1013904223) | 0;
      return list[Math.floor(((value >>> 8) / 2 ** 24) * list.length)]!;
    }
  };
}

test(`[LOG-4] filters in any combination find what reading everything finds (seed ${SEED})`, async () => {
  const all = await everything();
  expect(all.length).toBeGreaterThan(ENTRIES);
  const draw = drawing(SEED);
  let hits = 0;
  for (let turn = 0; turn < 140; turn++) {
    // Half of the values are those of one entry, so that combinations meet.
    const one = draw.of(all);
    const value = <K extends 'action' | 'actor' | 'target' | 'outcome' | 'ip'>(key: K) =>
      draw.chance(0.7) ? one[key] : draw.of(all)[key];
    const filter: Partial<Filter> = {};
    if (draw.chance(0.4)) filter.view = draw.of(['authentication', 'activity']);
    for (const key of ['action', 'actor', 'target', 'outcome', 'ip'] as const) {
      const drawn = draw.chance(0.28) ? value(key) : null;
      if (drawn !== null && (key !== 'actor' || isWholeId(drawn))) filter[key] = drawn;
    }
    if (draw.chance(0.3)) filter.from = `${draw.of([one, draw.of(all)]).at.slice(0, 23)}Z`;
    if (draw.chance(0.3)) filter.to = `${draw.of([one, draw.of(all)]).at.slice(0, 23)}Z`;
    if (draw.chance(0.4)) {
      const words = `${one.words} ${one.personal}`.split(' ');
      const word = draw.of(words);
      const cut = draw.of([
        word,
        word.slice(0, 2),
        word.slice(1, 5),
        `${word} ${draw.of(words)}`,
        one.ids[0] ?? word
      ]);
      if (cut.trim()) filter.search = draw.chance(0.5) ? cut.toUpperCase() : cut;
      if (filter.search !== undefined && isWholeId(filter.search.toLowerCase()))
        filter.search = filter.search.toLowerCase();
    }
    const expected = oracle(all, filter);
    hits += expected.length > 0 ? 1 : 0;
    expect(await listed(filter), JSON.stringify(filter)).toEqual(expected);
  }
  expect(hits).toBeGreaterThan(50);
});

test('[LOG-4] words in quotes stay together, every word must occur, and case and alphabet do not matter', async () => {
  const all = await everything();
  const searched = async (search: string) => (await listed({ search })).length;
  expect(await searched('ΕΛΈΝΗ')).toBe(all.filter(({ words }) => words.includes(searchable('Ελένη'))).length);
  expect(await searched('ΕΛΈΝΗ')).toBeGreaterThan(0);
  expect(await searched('signed macos')).toBeGreaterThan(0);
  expect(await searched('macos signed')).toBe(await searched('signed macos'));
  expect(await searched('"macos signed"')).toBe(0);
  expect(await searched('100%')).toBe(0);
  expect(await searched('_')).toBe(
    all.filter(({ view, words, personal }) => view !== 'quiet' && (words + personal).includes('_')).length
  );
});

test('[LOG-4] an entry is found by what the list says of it, and by words of it in any order', async () => {
  const { id: role } = await app.owner.call<{ id: string }>('roles.create', { name: 'Night desk' });
  const permissions = ['audience.contacts.export', 'audience.contacts.view', 'audience.contacts.add'];
  await app.owner.call('roles.edit', { id: role, seen: 1, grant: permissions });
  await app.owner.call('roles.edit', { id: role, seen: 2, revoke: permissions.slice(0, 1) });
  const moved = await app.person('Nora Night', 'support');
  await app.owner.call('administrators.update', { id: moved.id, seen: 1_000_000, roleId: role });
  await indexed();
  type Told = {
    id: number;
    action: string;
    sentence: (string | { b: string })[];
    summary: string;
    detail: string;
  };
  const { entries } = await app.owner.call<{ entries: Told[] }>('log.list', { view: 'activity', limit: 30 });
  const text = (pieces: Told['sentence']) =>
    pieces.map((each) => (typeof each === 'string' ? each : each.b)).join('');
  for (const { id, sentence, summary, detail } of entries) {
    expect(await listed({ search: text(sentence) }), text(sentence)).toContain(id);
    expect(await listed({ search: `"${text(sentence).replaceAll('"', '')}"` }), text(sentence)).toContain(id);
    expect(await listed({ search: `${summary} ${detail}` }), detail).toContain(id);
  }
  const [removed, added] = entries.filter(({ action }) => action === 'role.edited').map(({ id }) => id);
  for (const search of [
    'removed export',
    'Contacts › Export',
    'Contacts ›',
    'removed Export contacts from Night desk'
  ])
    expect(await listed({ search }), search).toContain(removed);
  // What its sentence only counts is found too.
  expect(await listed({ search: 'Contacts › Export night' })).toContain(added);
  expect(await listed({ search: 'moved nora "support to night desk"' })).toHaveLength(1);
});

test('[LOG-4] entries about a permission are found by it alone, not by one whose name begins like it', async () => {
  const { id: role } = await app.owner.call<{ id: string }>('roles.create', { name: 'Two of a kind' });
  const permission = 'people.roles.view';
  const longer = [...shippedIds()].find((id) => id.startsWith(permission) && id !== permission);
  const others = [longer ?? 'audience.contacts.view', 'audience.contacts.add'];
  await app.owner.call('roles.edit', { id: role, seen: 1, grant: others });
  await app.owner.call('roles.edit', { id: role, seen: 2, grant: [permission] });
  await indexed();
  const { entries } = await app.owner.call<Page>('log.list', { view: 'activity', target: role, limit: 5 });
  const [granted, other] = entries.filter(({ action }) => action === 'role.edited').map(({ id }) => id);
  const found = await listed({ permission, target: role });
  expect(found).toEqual([granted]);
  expect(await listed({ permission: others[0], target: role })).toEqual([other]);
  const all = await everything();
  expect(await listed({ permission })).toEqual(
    all
      .filter(({ view, words }) => view !== 'quiet' && words.split(' ').includes(permission))
      .map(({ seq }) => seq)
  );
  expect(await listed({ permission: 'people.roles.vie' })).toEqual([]);
});

test('[LOG-4] pages down to the first entry miss none and repeat none, while new entries arrive', async () => {
  const before = (await listed({})).length;
  const found: number[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page: Page = await app.owner.call<Page>('log.list', { limit: 90, ...(cursor ? { cursor } : {}) });
    found.push(...page.entries.map(({ id }) => id));
    cursor = page.next ?? undefined;
    if (pages++ % 8 === 0) await app.owner.call('roles.create', { name: `Meanwhile ${pages}` });
  } while (cursor !== undefined);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toEqual([...found].sort((a, b) => b - a));
  expect(found).toHaveLength(before);
  await state.settled();
  expect((await listed({})).length).toBe(before + Math.ceil(pages / 8));
});

describe('[LOG-4] the chart', () => {
  test.each([
    ['everything', {}],
    ['a view', { view: 'authentication' }],
    ['an outcome', { outcome: 'denied' }],
    ['words', { view: 'activity', search: 'edited' }],
    ['an action in a period', { action: 'auth.sign_in', from: 'then' }]
  ])('the chart counts %s as the list has it', async (_, asked) => {
    const then = new Date(Date.now() - 100 * 86_400_000).toISOString();
    const filter = Object.fromEntries(
      Object.entries(asked).map(([key, value]) => [key, value === 'then' ? then : value])
    );
    const chart = await app.owner.call<LogChart>('log.chart', { ...filter, offset: 60 });
    const all = oracle(await everything(), filter as Partial<Filter>);
    const total = chart.bars.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
    expect(total).toBe(all.length);
    expect(chart.since).toBeNull();
    expect((Date.parse(chart.to) - Date.parse(chart.from)) / 1000 / chart.step).toBeLessThanOrEqual(72);
    const outcomes = new Map((await everything()).map(({ seq, outcome }) => [seq, outcome]));
    const failed = all.filter((seq) => outcomes.get(seq) !== 'success').length;
    expect(chart.bars.reduce((sum, bar) => sum + bar.failed, 0)).toBe(failed);
    for (const { at } of chart.bars)
      expect(Math.abs(Date.parse(at) - Date.parse(chart.from)) % (chart.step * 1000)).toBe(0);
  });
});

test('[LOG-2] one entry tells everything, to whoever may see its view', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Told in full',
    permissions: ['people.roles.view']
  });
  await state.settled();
  const { entries } = await app.owner.call<{ entries: Listed[] }>('log.list', {
    view: 'activity',
    target: role.id
  });
  const entry = await app.owner.call<WholeEntry>('log.entry', { id: entries[0]!.id });
  expect(entry).toMatchObject({
    id: entries[0]!.id,
    action: 'role.created',
    role: { id: 'super_administrator', name: 'Super Administrator' },
    sentence: ['created the role ', { b: 'Told in full' }, ' with ', { b: '1 permission' }],
    via: 'web',
    aal: 1,
    ip: '127.0.0.1',
    erased: false
  });
  expect(entry.change.find(({ path }) => path === 'permissions')).toMatchObject({
    new: ['people.roles.view']
  });
  expect(entry.session).toMatch(/^[a-z2-7]{26}$/);
  expect(entry.leaf).toMatch(/^[0-9a-f]{64}$/);
  expect(await listed({ search: entry.session })).toContain(entry.id);
  expect(await listed({ search: entry.entryId })).toEqual([entry.id]);
  const support = await app.person('Sam Support', 'support');
  expect(await support.client.refused('log.entry', { id: entry.id })).toMatchObject({
    code: 'access/permission-required'
  });
  expect(await support.client.refused('log.chart', { view: 'activity' })).toMatchObject({
    code: 'access/permission-required'
  });
  expect(await app.owner.refused('log.entry', { id: 99_999_999 })).toMatchObject({ code: 'not-found' });
});

test('[LOG-2] what was only attempted names its target as it is called now', async () => {
  const support = await app.person('Tara Tries', 'support');
  const other = await app.person('Otto Other', 'support');
  expect(await support.client.refused('administrators.suspend', { id: other.id })).toMatchObject({
    code: 'access/permission-required'
  });
  expect(await support.client.refused('roles.edit', { id: 'analyst', seen: 1, name: 'Mine' })).toMatchObject({
    code: 'access/permission-required'
  });
  await state.settled();
  for (const [target, name] of [
    [other.id, 'Otto Other'],
    ['analyst', 'Analyst']
  ]) {
    const { entries } = await app.owner.call<{ entries: Listed[] }>('log.list', {
      view: 'activity',
      action: 'access.denied',
      target
    });
    expect(entries).toHaveLength(1);
    expect(await app.owner.call('log.entry', { id: entries[0]!.id })).toMatchObject({
      action: 'access.denied',
      target: { id: target, name }
    });
  }
});

test('[LOG-2] a target is looked up by its id, and only where its entry does not name it', async () => {
  const support = await app.person('Tilda Tries', 'support');
  const other = await app.person('Olga Other', 'support');
  await support.client.refused('administrators.suspend', { id: other.id });
  await app.owner.call('administrators.suspend', { id: other.id });
  await state.settled();
  const entries = await state.sql<{ seq: number; name: string | null }[]>`
    select seq::float8 as seq, doc->'target'->>'name' as name from audit.seq join audit.entry using (n)
    where doc->'target'->>'id' = ${other.id} and doc->>'action' in ('access.denied', 'administrator.suspended')
    order by seq`;
  expect(entries.map(({ name }) => name)).toEqual([null, 'Olga Other']);
  const cases = await openUseCases(app.databaseUrl);
  try {
    const looked = entries.map(({ seq }) =>
      cases.deps.db.transaction(async (tx) => {
        // Of a small table all rows are read where that is not forbidden.
        await tx.execute(sql`set local enable_seqscan = off`);
        // What the connection did before is counted with it.
        const counted = async () =>
          (
            await tx.execute<{ all: number; byIndex: number }>(sql`
              select seq_scan::int as all, idx_scan::int as "byIndex" from pg_stat_xact_user_tables
              where relname = 'administrators'`)
          )[0]!;
        const before = await counted();
        const row = await readLogEntry(tx, seq);
        const after = await counted();
        const [all, byIndex] = [after.all - before.all, after.byIndex - before.byIndex];
        return { name: row?.targetName, all, byIndex };
      })
    );
    expect(await Promise.all(looked)).toEqual([
      { name: 'Olga Other', all: 0, byIndex: 1 },
      { name: null, all: 0, byIndex: 0 }
    ]);
  } finally {
    await cases.handle.close();
  }
});

test('[LOG-4] the role beside a name is the one that they had then', async () => {
  const person = await app.person('Rolf Rolechange', 'support');
  const { seq } = await app.owner.call<{ seq: number }>('administrators.get', { id: person.id });
  await app.owner.call('administrators.update', { id: person.id, seen: seq, roleId: 'developer' });
  await person.client.call('auth.signOut');
  await state.settled();
  const { entries } = await app.owner.call<{ entries: (Listed & { role: { name: string } | null })[] }>(
    'log.list',
    { actor: person.id }
  );
  expect(entries.find(({ action }) => action === 'auth.sign_out')?.role?.name).toBe('Developer');
  expect(entries.find(({ action }) => action === 'auth.sign_in')?.role?.name).toBe('Support');
});

test('[LOG-7] what is erased is not found any more, and its blocks are made anew', async () => {
  const person = await app.person('Erika Erased', 'support');
  const email = person.email.toLowerCase();
  await app.anonymous().try('auth.signIn', { email, password: 'not the password of Erika' });
  await indexed();
  expect((await listed({ search: email })).length).toBeGreaterThan(0);
  const cases = await openUseCases(app.databaseUrl);
  try {
    await erasePerson(cases.deps, person.email, 'root');
  } finally {
    await cases.handle.close();
  }
  await indexed();
  expect(await listed({ search: email })).toEqual([]);
  expect(await state.sql`select seq from audit.fact where strpos(personal, ${email}) > 0`).toEqual([]);
  const entries = (await app.owner.call<{ entries: Listed[] }>('log.list', { actor: person.id })).entries;
  expect(entries.length).toBeGreaterThan(0);
  expect(await app.owner.call('log.entry', { id: entries[0]!.id })).toMatchObject({
    erased: true,
    ip: null,
    userAgent: null
  });
});

test('[LOG-4] an index that was emptied is made anew', async () => {
  const before = await listed({ search: 'signed' });
  await state.sql.begin(async (tx) => {
    await tx`truncate audit.fact, audit.block`;
  });
  await indexed();
  expect(await listed({ search: 'signed' })).toEqual(before);
});

test('[LOG-1] looking at a view is an entry, once in a quarter of an hour, in nobody’s way', async () => {
  const reader = await app.person('Vera Viewer', 'admin');
  for (let turn = 0; turn < 3; turn++) await reader.client.call('log.list', { view: 'activity' });
  await Promise.all([1, 2, 3].map(() => reader.client.call('log.list', { view: 'authentication' })));
  await state.settled();
  const shown = (await app.owner.call<Page>('log.list', { actor: reader.id })).entries;
  expect(shown.map(({ action }) => action)).not.toContain('log.viewed');
  const looked = await app.owner.call<{ entries: (Listed & { target: { id: string } })[] }>('log.list', {
    action: 'log.viewed',
    actor: reader.id
  });
  expect(looked.entries.map(({ target }) => target.id).sort()).toEqual(['activity', 'authentication']);
  await state.audited((tx) => tx`update audit.viewed set at = at - interval '16 minutes'`);
  await reader.client.call('log.list', { view: 'activity' });
  await state.settled();
  const again = { action: 'log.viewed', actor: reader.id, target: 'activity' };
  expect(await listed(again)).toHaveLength(2);
});
