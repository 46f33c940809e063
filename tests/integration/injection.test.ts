import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditChange } from '../../src/lib/core/log/entry';
import type { FeedEntry } from '../../src/lib/documents/cells';
import { makeLogger } from '../../src/lib/server/logger';
import { record } from '../../src/lib/server/services/write-path/audit';
import { startSyslog } from '../../src/lib/server/services/log/syslog/stream-log';
import { auditedTransaction } from '../../src/lib/server/db/driver/transaction';
import { startCollector } from '../support/collector';
import { startTestConsole, type TestConsole } from '../support/console';
import { csvOf, fetchExport, linesOf } from '../support/exported-log';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { openReplica, until } from '../support/replica';
import { openState, signed, type StateProbe } from '../support/state';
import { openUseCases } from '../support/use-cases';
import { logVerify } from '../support/verifiers';

// [L-06] Hostile content is inert wherever the log shows it, or was refused at the edge with the name of its field.

/**
 * Controls, ends of lines, halves of pairs, marks of direction, invisible characters: none reaches a reader as
 * itself.
 */
const ACTIVE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const PLANTED = 'hostile';

let app: TestConsole;
let state: StateProbe;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-injection-'));
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Does something with each, a few at a time. */
async function each<T>(items: readonly T[], work: (item: T, at: number) => Promise<void>): Promise<void> {
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

/** Every text in a value, names of fields included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}

/** Fields that a person can fill, and with which names they are refused. */
type Field = { path: string; field: RegExp; input: (text: string) => object };
const FIELDS: Field[] = [
  {
    path: 'roles.create',
    field: /^(name|description)$/,
    input: (text) => ({ name: text, description: text })
  },
  { path: 'roles.edit', field: /^name$/, input: (name) => ({ id: 'analyst', seen: 1e6, name }) },
  {
    path: 'roles.edit',
    field: /^description$/,
    input: (description) => ({ id: 'analyst', seen: 1e6, description })
  },
  { path: 'me.update', field: /^name$/, input: (name) => ({ seen: 1e6, name }) },
  {
    path: 'administrators.create',
    field: /^(name|email)$/,
    input: (text) => ({ name: text, email: `${randomUUID()}@x.example`, roleId: 'analyst', invite: true })
  },
  {
    path: 'administrators.create',
    field: /^email$/,
    input: (text) => ({ name: 'Plain', email: `${text}@x.example`, roleId: 'analyst', invite: true })
  },
  {
    path: 'administrators.import',
    field: /^rows/,
    input: (name) => ({ rows: [{ line: 2, name, email: 'a@x.example', role: name }], dryRun: true })
  },
  { path: 'settings.update', field: /^branding/, input: (name) => ({ seen: 1e6, branding: { name } }) },
  { path: 'settings.update', field: /^general/, input: (timeZone) => ({ seen: 1e6, general: { timeZone } }) },
  { path: 'me.setAllowlist', field: /^networks/, input: (network) => ({ networks: [network] }) },
  { path: 'log.list', field: /^search$/, input: (search) => ({ search }) },
  { path: 'log.list', field: /^target$/, input: (target) => ({ target }) },
  { path: 'log.list', field: /^action$/, input: (action) => ({ action }) },
  { path: 'log.list', field: /^ip$/, input: (ip) => ({ ip }) },
  { path: 'log.reportInconsistent', field: /^note$/, input: (note) => ({ note }) },
  { path: 'roles.get', field: /^id$/, input: (id) => ({ id }) }
];
/** Each takes a hash, and is throttled. */
const SIGN_INS = 20;

test('five hundred texts, all different', () => {
  expect(HOSTILE_TEXTS).toHaveLength(500);
  expect(new Set(HOSTILE_TEXTS).size).toBeGreaterThan(490);
});

test('[V-1.2.4] whatever is typed into a field is taken as text, or refused with the name of the field', async () => {
  const before = await state.sql`select 1 from administrators`;
  let refused = 0;
  await each(HOSTILE_TEXTS, async (text, at) => {
    for (const { path, field, input } of [
      FIELDS[at % FIELDS.length]!,
      FIELDS[(at * 5 + 3) % FIELDS.length]!
    ]) {
      const result = await app.owner.try(path, input(text));
      const said = `${path} ${JSON.stringify(text).slice(0, 80)}: ${result.status} ${result.body.slice(0, 200)}`;
      expect(result.status, said).toBeLessThan(500);
      if (result.status === 200 || result.status === 404 || result.status === 409) continue;
      // Too large for any request, before anybody reads it.
      if ([413, 414, 431].includes(result.status) || (text.length > 2000 && result.body === '')) continue;
      refused += 1;
      expect(result.refusal, said).toMatchObject({ code: 'input/invalid' });
      expect((result.refusal as { field: string }).field, said).toMatch(field);
    }
  });
  expect(refused).toBeGreaterThan(200);
  expect((await state.sql`select 1 from administrators`).length).toBeGreaterThanOrEqual(before.length);
  const stored = await state.sql<{ name: string }[]>`
    select name from roles union all select description from roles union all select name from administrators
    union all select email from administrators`;
  expect(stored.filter(({ name }) => ACTIVE.test(name))).toEqual([]);
});

test('a failed sign-in and a user agent are told as they were typed', async () => {
  const texts = HOSTILE_TEXTS.filter((_, at) => at % Math.floor(500 / SIGN_INS) === 0);
  for (const text of texts) {
    await state.forgetTries();
    const response = await fetch(`${app.origin}/trpc/auth.signIn`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: app.origin,
        'user-agent': text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 4000)
      },
      body: JSON.stringify({ email: text, password: 'not the password of anybody' })
    });
    expect([400, 401, 413]).toContain(response.status);
  }
  await state.forgetTries();
});

describe('in the log', () => {
  let planted: number;
  beforeAll(async () => {
    // Past the edge, as a later version or another endpoint might let them through; only ill-formed text is
    // impossible in a body.
    const { deps, handle } = await openUseCases(app.databaseUrl);
    const texts = HOSTILE_TEXTS.map((text) => text.toWellFormed().slice(0, 2000).toWellFormed());
    for (let at = 0; at < texts.length; at += 50)
      await auditedTransaction(deps.db, async (tx) => {
        for (const text of texts.slice(at, at + 50)) {
          // The database has no text with a zero character: what the log keeps of one is what is left.
          const clean = text.replaceAll('\0', '␀');
          const change: AuditChange[] = [{ path: 'name', old: clean, new: { [clean]: [clean] } }];
          await record(
            tx,
            {
              actor: { type: 'administrator', id: clean, name: clean, sid: clean, aal: 1, via: 'web' },
              request: { id: clean, ip: clean, peer: clean, userAgent: clean },
              op: clean,
              claimedAt: clean,
              email: clean
            },
            {
              action: 'role.edited',
              target: { type: PLANTED, id: clean, name: clean },
              outcome: 'denied',
              reason: clean,
              change,
              personal: { [clean]: clean }
            },
            []
          );
        }
      });
    await handle.close();
    await signed(state);
    const [row] = await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.entry where doc->'target'->>'type' = ${PLANTED}`;
    planted = row!.n;
    expect(planted).toBe(500);
  });

  test('the lists, single entries and the live feed show text alone', async () => {
    const shown: FeedEntry[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await app.owner.call<{ entries: FeedEntry[]; next: string | null }>('log.list', {
        action: 'role.edited',
        limit: 200,
        ...(cursor ? { cursor } : {})
      });
      shown.push(...page.entries);
      cursor = page.next;
    } while (cursor);
    const planted = shown.filter(({ target }) => target.type === PLANTED);
    expect(planted).toHaveLength(500);
    using reader = openReplica(app.owner, 'feed');
    await until(() => reader.doc.getArray('entries').length === 500, 'the feed');
    const feed = reader.doc.getArray('entries').toArray() as FeedEntry[];
    const single: unknown[] = [];
    await each(
      planted.filter((_, at) => at % 10 === 0),
      async ({ id }) => void single.push(await app.owner.call('log.entry', { id }))
    );
    for (const text of [...shown, ...feed, ...single].flatMap(textsIn)) expect(text).not.toMatch(ACTIVE);
    expect(shown.some(({ target }) => target.name === '\\u{202e}gnp.exe')).toBe(true);
  });

  test('CSV has one record for each, and no formula', async () => {
    const { text, upTo } = await fetchExport(app.owner, { format: 'csv' });
    const [{ n } = { n: 0 }] = await state.sql<
      { n: number }[]
    >`select count(*)::int as n from audit.seq join audit.entry using (n)
      where seq <= ${upTo} and doc->>'action' not in ('audit.heartbeat', 'log.viewed')`;
    const records = csvOf(text);
    expect(records).toHaveLength(n);
    expect(records.filter((row) => row['target_type'] === PLANTED)).toHaveLength(500);
    expect(text.replaceAll('\r\n', '')).not.toMatch(ACTIVE);
    for (const row of records)
      for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/u);
  });

  test('JSON Lines and OCSF are one line for each, and say exactly what was typed', async () => {
    const whole = await fetchExport(app.owner, { format: 'jsonl' });
    for (const line of linesOf(whole.text)) expect(line.slice(0, -1)).not.toMatch(ACTIVE);
    const file = join(folder, 'log.jsonl');
    await writeFile(file, whole.text);
    expect(logVerify('--file', file)).toMatchObject({ code: 0 });
    const bodies = linesOf(whole.text).flatMap((line) => (JSON.parse(line) as { body?: string }).body ?? []);
    const names = bodies.map(
      (body) => (JSON.parse(body) as { target: { type: string; name: string } }).target
    );
    const typed = new Set(names.filter(({ type }) => type === PLANTED).map(({ name }) => name));
    expect(typed).toContain('\u202egnp.exe');
    expect(typed).toContain('<script>globalThis.hacked=1</script>');

    const ocsf = await fetchExport(app.owner, { format: 'ocsf' });
    const events = linesOf(ocsf.text);
    for (const line of events) expect(line.slice(0, -1)).not.toMatch(ACTIVE);
    const targets = events.map((line) => JSON.parse(line) as { unmapped: { target?: { type: string } } });
    expect(targets.filter(({ unmapped }) => unmapped.target?.type === PLANTED)).toHaveLength(500);
  });

  test('a collector gets one message for each, of the shape that it expects', async () => {
    const collector = await startCollector();
    const { deps, handle } = await openUseCases(app.databaseUrl);
    const stream = startSyslog(deps, { secure: false, host: '127.0.0.1', port: collector.port });
    const size = await signed(state);
    await until(() => collector.numbers().length >= size, 'all of it');
    await stream.stop();
    await handle.close();
    await collector.kill();
    expect(collector.messages.filter((message) => message.includes(`targetType="${PLANTED}"`))).toHaveLength(
      500
    );
    for (const message of collector.messages) {
      expect(message.replace(' \uFEFF', ' ')).not.toMatch(ACTIVE);
      expect(message).toMatch(
        /^<\d+>1 \S+ \S+ rolecall - \S+ \[rolecall@32473(?: [a-zA-Z]+="(?:[^"\\\]]|\\["\\\]])*")*\] \uFEFF/u
      );
    }
  });
});

test('[V-16.4.1] the program’s own log is one line for each event, in which nothing acts', () => {
  const lines: string[] = [];
  const logger = makeLogger('info', { write: (line: string) => void lines.push(line) });
  for (const text of HOSTILE_TEXTS) logger.warn({ path: text, err: new Error(text) }, text);
  expect(lines).toHaveLength(500);
  for (const [at, line] of lines.entries()) {
    expect(line.endsWith('\n')).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(ACTIVE);
    expect((JSON.parse(line) as { path: string }).path).toBe(HOSTILE_TEXTS[at]);
  }
});

test('[H-11] addresses that are attacks are answered without repeating them', async () => {
  const texts = HOSTILE_TEXTS.filter((text, at) => at % 4 === 0 && text.length < 200 && text.isWellFormed());
  for (const text of texts) {
    const response = await fetch(`${app.origin}/trpc/${encodeURIComponent(text)}`, {
      headers: { cookie: app.owner.cookie }
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status, text).toBeLessThan(500);
    expect(response.headers.get('content-type') ?? '').not.toContain('text/html');
    await response.body?.cancel();
  }
  for (const line of app.logged) expect(Object.keys(line)).toContain('level');
});
