import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../../src/lib/core/access/catalogue';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { evaluate } from '../../src/lib/core/access/decisions/evaluate';
import { placesOf } from '../../src/lib/core/access/decisions/permission-bits';
import type { DecidingRole, DecisionView } from '../../src/lib/core/access/decisions/view';
import type {
  Snapshot,
  SnapshotChange,
  SnapshotPrincipal,
  SnapshotRole
} from '../../src/lib/server/services/decisions/snapshot';
import { MOST_STREAMS } from '../../src/lib/server/api/programs/stream-places';
import { plantPeople } from '../support/accounts';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { within } from '../support/trials';

// [DEC-5] Everything that another program needs to decide by itself, and what changes of it.

let app: TestConsole;
let second: TestConsole;
let state: StateProbe;
let reader: Planted;
let readerRole: string;
const catalogue = indexCatalogue(shipped as unknown as Catalogue);

beforeAll(async () => {
  app = await startTestConsole();
  second = await startTestConsole({ databaseUrl: app.databaseUrl });
  state = openState(app.databaseUrl);
  const permissions = ['tools.decisions.snapshot', 'tools.decisions.evaluate'];
  readerRole = (await app.owner.call<{ id: string }>('roles.create', { name: 'Readers', permissions })).id;
  reader = await plantApplication(state, { roleId: readerRole });
  for (const of of [app, second])
    await until(async () => (await snapshot(of)).status === 200, 'the key works');
});
afterAll(async () => {
  await state.close();
  await second.stop();
  await app.stop();
});

const snapshot = (of = app, headers: Record<string, string> = {}) =>
  askEndpoint(of.origin, '/access/v1/snapshot', { key: reader.key, headers });
async function settledSnapshot(of = app): Promise<Snapshot> {
  await state.settled();
  const [row] = await state.sql<{ seq: string }[]>`select max(seq) as seq from audit.seq`;
  let answer = await snapshot(of, { 'rolecall-at-least': row!.seq });
  // Not known within a second, as on a busy machine, it is asked for again.
  await until(async () => {
    if (answer.status === 503) answer = await snapshot(of, { 'rolecall-at-least': row!.seq });
    return answer.status !== 503;
  }, 'an answer');
  expect(answer.status).toBe(200);
  return answer.body as Snapshot;
}

/** Another program's copy, decided by with the same function. */
class Copy {
  readonly roles = new Map<string, DecidingRole>();
  readonly principals = new Map<string, SnapshotPrincipal>();
  revision = 0;

  take({ roles, principals, revision }: Pick<Snapshot, 'roles' | 'principals' | 'revision'>): void {
    for (const role of roles) this.roles.set(role.id, decoded(role));
    for (const each of principals) this.principals.set(`${each.kind}:${each.id}`, each);
    this.revision = revision;
  }

  change(change: SnapshotChange): void {
    this.take(change);
    for (const id of change.gone.roles) this.roles.delete(id);
    for (const { kind, id } of change.gone.principals) this.principals.delete(`${kind}:${id}`);
  }

  may(kind: string, id: string, permission: string): boolean {
    const view: DecisionView = {
      catalogue,
      places: placesOf(catalogue),
      principal: (of, who) => this.principals.get(`${of}:${who}`),
      byEmail: () => undefined,
      role: (role) => this.roles.get(role)
    };
    const at = permission.lastIndexOf('.');
    const resource = { type: permission.slice(0, at), id: '1' };
    return evaluate(view, { type: kind, id }, permission.slice(at + 1), resource, Date.now()).decision;
  }

  text(): string {
    const roles = [...this.roles.values()].map(({ id, name, bits }) => [id, name, ...bits]);
    return JSON.stringify([
      [...roles].sort(),
      [...this.principals.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    ]);
  }
}

function decoded({ id, name, bits }: SnapshotRole): DecidingRole {
  const bytes = Buffer.from(bits, 'base64');
  return {
    id,
    name,
    bits: Uint32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(at * 4))
  };
}

/** Follows the stream of changes into a copy. */
function follow(of: TestConsole, copy: Copy, key = reader.key) {
  const stop = new AbortController();
  const events: string[] = [];
  const done = (async () => {
    const response = await fetch(`${of.origin}/access/v1/changes?since=${copy.revision}`, {
      headers: { authorization: `Bearer ${key}` },
      signal: stop.signal
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = ''] =
          /^event: (\w+)\nid: \d+\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        const said = JSON.parse(data) as SnapshotChange;
        if (event === 'change') copy.change(said);
        copy.revision = said.revision;
        events.push(event);
      }
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted && !(error instanceof TypeError)) throw error;
  });
  return { events, done, stop: () => stop.abort() };
}

describe('[DEC-5] the snapshot', () => {
  test('another program decides by it as the console does', async () => {
    const copy = new Copy();
    const whole = await settledSnapshot();
    copy.take(whole);
    expect(whole.catalogue.permissions).toEqual(catalogue.ids);
    const [id] = await plantPeople(state, [{ roleId: 'support', status: 'suspended' }]);
    expect(copy.principals.has(`administrator:${id}`)).toBe(false);
    for (const permission of catalogue.ids) {
      const at = permission.lastIndexOf('.');
      if (catalogue.ids.indexOf(permission) % 40 !== 0) continue;
      const asked = await askEndpoint(app.origin, '/access/v1/evaluation', {
        key: reader.key,
        body: {
          subject: { type: 'application', id: reader.id },
          action: { name: permission.slice(at + 1) },
          resource: { type: permission.slice(0, at), id: '1' }
        }
      });
      expect((asked.body as { decision: boolean }).decision).toBe(
        copy.may('application', reader.id, permission)
      );
    }
    expect(copy.may('application', reader.id, 'tools.decisions.snapshot')).toBe(true);
    expect(copy.may('administrator', app.ownerId, [...catalogue.ownerOnly][0]!)).toBe(true);
  });

  test('it says its revision, and is not sent again to whoever has it, from any process', async () => {
    const { revision } = await settledSnapshot();
    const etag = `"${revision}"`;
    await settledSnapshot(second);
    const again = await snapshot(app, { 'if-none-match': `"1", W/${etag}` });
    expect({ status: again.status, text: again.text, etag: again.headers.get('etag') }).toEqual({
      status: 304,
      text: '',
      etag
    });
    expect((await snapshot(second, { 'if-none-match': etag })).status).toBe(304);
    await app.owner.call('roles.edit', { id: 'support', seen: 1e6, description: 'Changed' });
    await settledSnapshot();
    expect((await snapshot(app, { 'if-none-match': etag })).status).toBe(200);
  });

  test('no secret and no hash of one is in it', async () => {
    const { text } = await snapshot();
    expect(text).not.toContain('hash":"$');
    const rows = await state.sql<{ hash: string }[]>`select encode(secret_hash, 'hex') as hash from api_keys`;
    for (const { hash } of rows) expect(text).not.toContain(hash);
    expect(text).not.toContain(reader.key.slice(9, 21));
  });
});

describe('[DEC-5] its changes', () => {
  test('[DEC-2] a copy that follows is what a new snapshot is, whatever happened; a revocation is in it within a second', async () => {
    const copy = new Copy();
    copy.take(await settledSnapshot());
    const stream = follow(second, copy);
    const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Followed',
      permissions: ['audience.contact_lists.merge']
    });
    const [id] = await plantPeople(state, [{ roleId }]);
    await app.owner.call('administrators.update', { id, seen: 1e6, name: 'Fay Followed' });
    const may = () => copy.may('administrator', id!, 'audience.contact_lists.merge');
    await until(may, 'granted');
    await app.owner.call('roles.edit', { id: roleId, seen: 1e6, revoke: ['audience.contact_lists.merge'] });
    await until(() => !may(), 'revoked');
    await app.owner.call('administrators.delete', { id, hard: true });
    await app.owner.call('roles.delete', { id: roleId });
    const whole = await settledSnapshot();
    await until(() => copy.revision >= whole.revision, 'as far');
    const fresh = new Copy();
    fresh.take(whole);
    expect(copy.text()).toBe(fresh.text());
    await until(() => stream.events.includes('alive'), 'told that it still stands');
    expect(new Set(stream.events)).toEqual(new Set(['change', 'alive']));
    stream.stop();
    await stream.done;
  });

  test('whoever was away is told of what changed meanwhile, and of that alone', async () => {
    const copy = new Copy();
    copy.take(await settledSnapshot());
    const [id] = await plantPeople(state, [{ roleId: 'support' }]);
    await app.owner.call('administrators.suspend', { id });
    const whole = await settledSnapshot();
    const known = copy.principals.size;
    const stream = follow(app, copy);
    await until(() => stream.events.length > 0, 'told');
    expect(copy.principals.size).toBe(known + 1);
    expect(copy.principals.get(`administrator:${id}`)?.status).toBe('suspended');
    expect(copy.revision).toBeGreaterThanOrEqual(whole.revision);
    stream.stop();
    await stream.done;
  });

  test('what is no number is refused; whoever is ahead of this log, or too far behind, begins anew', async () => {
    const changes = (query: string) =>
      askEndpoint(app.origin, `/access/v1/changes${query}`, { key: reader.key });
    expect((await changes('')).status).toBe(400);
    expect((await changes('?since=x')).status).toBe(400);
    expect((await changes('?since=99999999')).text).toMatch(
      /^event: reset\nid: \d+\ndata: \{"revision":\d+\}\n\n$/
    );
    expect((await changes('?since=0')).text).toMatch(/^event: reset\n/);
  });

  test('[APP-4] a stream ends within a second when its key may no longer read', async () => {
    const made = await plantApplication(state, { roleId: readerRole });
    await until(
      async () => (await askEndpoint(app.origin, '/access/v1/snapshot', { key: made.key })).status === 200
    );
    const copy = new Copy();
    copy.take(await settledSnapshot());
    const stream = follow(app, copy, made.key);
    await until(() => stream.events.length > 0, 'open');
    await state.audited(async (tx) => {
      await tx`update api_keys set revoked_at = now(), revoked_reason = 'revoked' where id = ${made.keyId}`;
      await tx`select pg_notify('authority', 'all')`;
    });
    const begun = performance.now();
    await stream.done;
    expect(performance.now() - begun).toBeLessThan(within(1000));
  });

  test('[APP-4] one key has so many streams at once and no more: the next is told when to come back', async () => {
    const greedy = await plantApplication(state, { roleId: readerRole });
    const since = (await settledSnapshot()).revision;
    await until(
      async () => (await askEndpoint(app.origin, '/access/v1/snapshot', { key: greedy.key })).status === 200
    );
    const stop = new AbortController();
    const open = (key: string) =>
      fetch(`${app.origin}/access/v1/changes?since=${since}`, {
        headers: { authorization: `Bearer ${key}` },
        signal: stop.signal
      });
    const answers = await Promise.all(Array.from({ length: MOST_STREAMS.key + 5 }, () => open(greedy.key)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused[0]!.json()).toMatchObject({ status: 429, 'violated-policies': ['streams'] });
    expect((await open(reader.key)).status).toBe(200);
    stop.abort();
    await until(async () => {
      const next = new AbortController();
      const { status } = await fetch(`${app.origin}/access/v1/changes?since=${since}`, {
        headers: { authorization: `Bearer ${greedy.key}` },
        signal: next.signal
      });
      next.abort();
      return status === 200;
    }, 'places that were left are free');
  });
});
