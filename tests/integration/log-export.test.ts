import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeedEntry } from '../../src/lib/documents/cells';
import { endSilentExports } from '../../src/lib/server/services/log/export/end-export';
import type { ApiClient } from '../support/api-client';
import { PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { csvOf, fetchExport, getExport, linesOf } from '../support/exported-log';
import { until } from '../support/replica';
import { declareAudited, openState, signed, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

let app: TestConsole;
let state: StateProbe;
let omar: TestPerson;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-export-'));
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  omar = await app.person('Omar Haddad', 'support');
  await omar.client.refused('roles.create', { name: 'Mine' });
  await app
    .anonymous()
    .refused('auth.signIn', { email: 'nobody@northwind.example', password: 'not the password at all' });
  for (let n = 0; n < 6; n++)
    await app.owner.call('roles.create', { name: `=Role ${n} ü`, description: '“Größer”, \r\n kleiner' });
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

type Begun = { id: string; href: string; upTo: number };
const begin = (client: ApiClient, query: object = {}) => client.call<Begun>('log.export', query);
/** Entries of the log about an export. */
async function noted(id: string) {
  const rows = await state.sql<
    { doc: { action: string; outcome: string; reason?: string; change: { path: string; new: unknown }[] } }[]
  >`select doc from audit.entry where doc->'target'->>'id' = ${id} order by n`;
  return rows.map(({ doc }) => ({
    ...doc,
    said: Object.fromEntries(doc.change.map((change) => [change.path, change.new]))
  }));
}
/** Everything that the list shows of this, up to a number, oldest first. */
async function listed(query: object, upTo: number): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.owner.call<{ entries: FeedEntry[]; next: string | null }>('log.list', {
      ...query,
      limit: 50,
      ...(cursor ? { cursor } : {})
    });
    ids.push(...page.entries.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor);
  return ids.filter((id) => id <= upTo).reverse();
}

describe('[LOG-5] an export', () => {
  const FILTERS: (() => object)[] = [
    () => ({}),
    () => ({ view: 'authentication' }),
    () => ({ view: 'activity' }),
    () => ({ view: 'activity', outcome: 'denied' }),
    () => ({ actor: app.ownerId }),
    () => ({ view: 'activity', target: omar.id }),
    () => ({ action: 'role.created' }),
    () => ({ ip: '127.0.0.1', outcome: 'success' }),
    () => ({ search: 'nobody@northwind' }),
    () => ({ search: 'größer' }),
    () => ({ from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() }),
    () => ({ search: 'in no entry at all' })
  ];

  test('an export holds exactly what the list shows', async () => {
    for (const filter of FILTERS) {
      const query = filter();
      const { text, upTo } = await fetchExport(app.owner, { ...query, format: 'csv' });
      const numbers = csvOf(text).map(({ number }) => Number(number));
      expect(numbers, JSON.stringify(query)).toEqual(await listed(query, upTo));
    }
  });

  test('an export is the same set in every format, with an end that tells whether it broke off', async () => {
    for (const query of [{}, { view: 'activity', outcome: 'denied' }, { search: 'in no entry at all' }]) {
      const ocsf = await fetchExport(app.owner, { ...query, format: 'ocsf' });
      const events = linesOf(ocsf.text).map(
        (line) => JSON.parse(line) as { metadata: { sequence?: number } }
      );
      const told = events.slice(0, -1).map(({ metadata }) => metadata.sequence);
      expect(told).toEqual(await listed(query, ocsf.upTo));
      expect(events.at(-1)).toMatchObject({ unmapped: { end: events.length - 1 } });
      const jsonl = await fetchExport(app.owner, { ...query, format: 'jsonl' });
      const lines = linesOf(jsonl.text).map((line) => JSON.parse(line) as { seq?: number });
      // All of the log is all of it: also what only says that it goes on, or that somebody looked.
      const whole = Array.from({ length: jsonl.upTo }, (_, at) => at + 1);
      const expected = Object.keys(query).length === 0 ? whole : await listed(query, jsonl.upTo);
      expect(lines.flatMap(({ seq }) => seq ?? [])).toEqual(expected);
      expect(lines.at(-1)).toEqual({ end: lines.filter(({ seq }) => seq !== undefined).length });
      const file = join(folder, 'some.jsonl');
      await writeFile(file, jsonl.text);
      expect(logVerify('--file', file), JSON.stringify(query)).toMatchObject({ code: 0 });
      // Somebody else's entry among the picked ones is found.
      if (!('view' in query)) continue;
      await writeFile(file, jsonl.text.replace('Omar Haddad', 'Omar Haddat'));
      expect(logVerify('--file', file).code).toBe(1);
    }
  });

  test('an export is a download that no browser shows, of which nothing is kept', async () => {
    for (const [format, type] of [
      ['csv', 'text/csv; charset=utf-8'],
      ['jsonl', 'application/x-ndjson; charset=utf-8'],
      ['ocsf', 'application/x-ndjson; charset=utf-8']
    ] as const) {
      const { status, headers, text } = await fetchExport(app.owner, { view: 'activity', format });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('content-disposition')).toMatch(
        /^attachment; filename="rolecall-activity-[\d-]+\.[a-z.]+"$/
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('transfer-encoding')).toBe('chunked');
      expect(text.startsWith('\uFEFF')).toBe(false);
    }
    const { id, href } = await begin(app.owner, { format: 'csv' });
    const bytes = new Uint8Array(await (await getExport(app.owner, href)).arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    await until(async () => (await noted(id)).length === 2, 'its end');
  });

  test('an export has cells that are no formulas and lines that are whole', async () => {
    const { text } = await fetchExport(app.owner, { action: 'role.created', format: 'csv' });
    const rows = csvOf(text);
    expect(rows[0]).toMatchObject({ action: 'role.created', target: "'=Role 0 ü", outcome: 'success' });
    expect(rows[0]!['changes']).toContain('“Größer”, kleiner');
    expect(text.split('\r\n')).toHaveLength(rows.length + 2);
  });

  test('an export is in the log, from its beginning to its end', async () => {
    const { id, text, upTo } = await fetchExport(app.owner, {
      view: 'activity',
      outcome: 'denied',
      format: 'csv'
    });
    await until(async () => (await noted(id)).length === 2, 'its end');
    const [begun, ended] = await noted(id);
    expect(begun).toMatchObject({
      action: 'log.export_begun',
      outcome: 'success',
      said: { format: 'csv', 'filter.view': 'activity', 'filter.outcome': 'denied', upTo }
    });
    expect(ended).toMatchObject({
      action: 'log.export_ended',
      outcome: 'success',
      // The mark at the beginning is of the file, not of its text.
      said: { entries: csvOf(text).length, bytes: Buffer.byteLength(text) + 3 }
    });
    expect(await app.owner.call('log.exportProgress', { id })).toMatchObject({
      state: 'finished',
      entries: csvOf(text).length,
      position: upTo,
      upTo
    });
  });

  test('how many entries it will have is told before', async () => {
    const query = { view: 'activity', action: 'role.created' };
    expect(await app.owner.call('log.count', query)).toEqual({ entries: 6 });
    expect((await omar.client.refused('log.count', query)).code).toBe('access/permission-required');
  });
});

describe('[LOG-5] who may export', () => {
  test('exporting takes the permissions to see and to export each part asked for', async () => {
    const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Reads sign-ins',
      permissions: [
        'tools.authentication_log.view',
        'tools.authentication_log.export',
        'tools.activity_log.view'
      ]
    });
    const { client } = await app.person('Rita Reader', roleId);
    expect((await fetchExport(client, { view: 'authentication' })).status).toBe(200);
    const missing = { code: 'access/permission-required', permission: 'tools.activity_log.export' };
    expect(await client.refused('log.export', { view: 'activity' })).toEqual(missing);
    expect(await client.refused('log.export')).toEqual(missing);
    // In force at once: what was offered is not given any more.
    const { href, id } = await begin(client, { view: 'authentication' });
    await app.owner.call('roles.edit', { id: roleId, seen: 1, revoke: ['tools.authentication_log.export'] });
    expect((await getExport(client, href)).status).toBe(404);
    expect((await noted(id)).at(-1)).toMatchObject({ reason: 'barred' });
  });

  test('[AUT-4] exporting takes a password proved lately', async () => {
    await state.audited(
      (tx) =>
        tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${app.ownerId}`
    );
    expect(await app.owner.refused('log.export')).toEqual({ code: 'auth/reauthenticate' });
    await app.owner.call('auth.reauthenticate', { password: PASSWORD });
    expect((await fetchExport(app.owner)).status).toBe(200);
  });

  test('its address is good once, for the session that asked, from nobody’s page', async () => {
    const { id, href } = await begin(app.owner);
    expect((await getExport(app.anonymous(), href)).status).toBe(401);
    expect((await getExport(omar.client, href)).status).toBe(404);
    const foreign = await getExport(app.owner, href, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(foreign.status).toBe(403);
    expect((await getExport(app.owner, href, { method: 'HEAD' })).status).toBe(405);
    const first = await getExport(app.owner, href);
    expect(first.status).toBe(200);
    await first.text();
    expect((await getExport(app.owner, href)).status).toBe(404);
    expect((await getExport(app.owner, `/export/${randomUUID()}`)).status).toBe(404);
    await until(async () => (await noted(id)).length === 2, 'its end');
  });

  test('[H-08] one at a time for each person', async () => {
    const op = randomUUID();
    const first = await begin(app.owner, { op });
    const busy = await app.owner.try('log.export', {});
    expect([busy.status, busy.refusal?.code]).toEqual([429, 'busy']);
    const told = await fetch(`${app.origin}/trpc/log.export`, {
      method: 'POST',
      headers: { cookie: app.owner.cookie, origin: app.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ op: randomUUID() })
    });
    expect([told.status, Number(told.headers.get('retry-after')) > 0]).toEqual([429, true]);
    // The same question is the same export.
    expect(await begin(app.owner, { op })).toEqual(first);
    const again = randomUUID();
    expect((await app.owner.refused('log.export', { op: again })).code).toBe('busy');
    expect((await omar.client.refused('log.cancelExport', { id: first.id })).code).toBe('not-found');
    expect(await app.owner.call('log.cancelExport', { id: first.id })).toEqual({ cancelled: true });
    expect((await getExport(app.owner, first.href)).status).toBe(404);
    // A refusal for being early is not the operation's last word.
    const { href } = await begin(app.owner, { op: again });
    expect((await getExport(app.owner, href)).status).toBe(200);
    expect((await noted(first.id)).at(-1)).toMatchObject({ outcome: 'error', reason: 'cancelled' });
  });

  test('[H-08] of many that ask for an export at once one is served', async () => {
    await until(async () => (await app.owner.try('log.export')).status === 200, 'the last one ended');
    const [open] = await state.sql<{ id: string }[]>`select id from log_exports where state = 'offered'`;
    await app.owner.call('log.cancelExport', { id: open!.id });
    const tries = await Promise.all(Array.from({ length: 8 }, () => app.owner.try<Begun>('log.export')));
    const served = tries.filter(({ status }) => status === 200);
    expect(served).toHaveLength(1);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(7);
    await app.owner.call('log.cancelExport', { id: served[0]!.value!.id });
  });

  test('one that nobody fetches, and one whose process is gone, are told as such', async () => {
    const { deps, handle } = await openUseCases(app.databaseUrl);
    const { id } = await begin(app.owner);
    await state.sql`update log_exports set seen_at = now() - interval '61 seconds' where id = ${id}`;
    // Whoever asks again need not wait for the housekeeping.
    const { id: other } = await begin(app.owner);
    expect((await noted(id)).at(-1)).toMatchObject({ outcome: 'error', reason: 'abandoned' });
    await state.sql`update log_exports set state = 'running', entries = 17, seen_at = now() - interval '31 seconds' where id = ${other}`;
    await endSilentExports(deps);
    expect((await noted(other)).at(-1)).toMatchObject({ reason: 'broken', said: { entries: 17 } });
    await handle.close();
  });
});

describe('[LOG-5] a long export', () => {
  const ENTRIES = 6_000;
  beforeAll(async () => {
    await state.sql.begin(async (tx) => {
      await declareAudited(tx);
      // Canonical, so that it verifies.
      await tx`select audit.append(id, convert_to(format(
          '{"action":"role.edited","actor":{"id":null,"name":"Test","type":"system"},"at":"%s","change":[],"id":"%s","outcome":"success","pii":"%s","target":{"id":"long","name":"%s","type":"role"},"v":1}',
          to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), id,
          encode(sha256('\\x04'::bytea || decode(repeat('00', 16), 'hex') || convert_to('{}', 'UTF8')), 'hex'),
          repeat('long ', 400)), 'UTF8'), decode(repeat('00', 16), 'hex'), convert_to('{}', 'UTF8'), '{}')
        from (select gen_random_uuid() as id from generate_series(1, ${ENTRIES})) new`;
    });
    await signed(state);
  });

  /** Asks, and reads nothing of the answer: some of it lies in buffers, the rest waits. */
  async function hold(client: ApiClient, href: string) {
    const { port } = new URL(client.origin);
    const sent = request({
      port,
      path: href,
      headers: { host: `localhost:${port}`, cookie: client.cookie }
    });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }
  /** Reads to the end: whether it came to one, and what there was. */
  async function readAll(response: IncomingMessage) {
    let text = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    } catch {
      return { whole: false, text };
    }
    return { whole: response.complete, text };
  }

  test('that is cancelled breaks off where everybody sees it', async () => {
    const { id, href } = await begin(app.owner, { target: 'long', format: 'jsonl' });
    const response = await hold(app.owner, href);
    expect(await app.owner.call('log.cancelExport', { id })).toEqual({ cancelled: true });
    // Whoever writes it looks every second; a reader on the same machine could have all of it before.
    await sleep(5000);
    const { whole, text } = await readAll(response);
    expect(whole).toBe(false);
    expect(text).not.toContain('"end"');
    const file = join(folder, 'broken.jsonl');
    await writeFile(file, text);
    expect(logVerify('--file', file).code).toBe(2);
    await until(async () => (await noted(id)).length === 2, 'its end');
    expect((await noted(id)).at(-1)).toMatchObject({ reason: 'cancelled' });
  });

  test('whose reader goes away ends, and the log says how far it was', async () => {
    const { id, href } = await begin(app.owner, { target: 'long', format: 'csv' });
    (await hold(app.owner, href)).destroy();
    await until(async () => (await noted(id)).length === 2, 'its end');
    const { reason, said } = (await noted(id)).at(-1)!;
    expect(reason).toBe('broken');
    expect(said['entries']).toBeLessThan(ENTRIES);
  });

  test('[ROL-5] a long export ends when its person may not export any more', async () => {
    const { client, id: personId } = await app.person('Sam Super', 'super_administrator');
    const { id, href } = await begin(client, { target: 'long', format: 'jsonl' });
    const response = await hold(client, href);
    await app.owner.call('administrators.suspend', { id: personId });
    await until(async () => (await noted(id)).length === 2, 'its end');
    expect((await readAll(response)).whole).toBe(false);
    expect((await noted(id)).at(-1)).toMatchObject({ reason: 'barred' });
  });

  test('[LOG-6] a long export of the whole log is of one moment, whatever happens meanwhile, and verifies', async () => {
    const { href, upTo } = await begin(app.owner, { format: 'jsonl' });
    const response = await hold(app.owner, href);
    for (let n = 0; n < 5; n++) await app.owner.call('roles.create', { name: `Meanwhile ${n}` });
    await signed(state);
    const { whole, text } = await readAll(response);
    expect(whole).toBe(true);
    const file = join(folder, 'whole.jsonl');
    await writeFile(file, text);
    const { code, text: said } = logVerify('--file', file);
    expect(said).toContain(`${upTo} entries`);
    expect(code, said).toBe(0);
    await writeFile(file, text.replace('=Role 3 ü', '=Role 9 ü'));
    expect(logVerify('--file', file).code).toBe(1);
  });
});
