import type { Catalogue } from '../../src/lib/core/access/catalogue';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { plantApplication } from '../../tests/support/applications';
import { openState } from '../../tests/support/state';
import type { BenchPostgres } from '../postgres';
import type { Peers } from '../peers';
import { startChild } from '../servers/child';
import { install, startOurs, type Installation } from '../servers/ours';
import { freePort } from '../servers/peer';
import { median, quantile } from '../statistics';
import { startCerbos } from './cerbos';
import { askForAWhile, written, type Asking } from './load';

export const CONNECTIONS = 32;
const TURN_MS = 2000;
const SEARCHES = 200;
const PEOPLE = 10_000;
/** A role that may do some of it, so that answers are both. */
const ROLE = 'support';
/** Nobody's limit: what is measured is the server. */
const PER_MINUTE = 100_000_000;
const DECIDES = ['evaluate', 'search', 'snapshot'].map((name) => `tools.decisions.${name}`);

export type EndpointRow = { name: string; perSecond: number; cpuMs: number };
export type EndpointCosts = {
  rows: EndpointRow[];
  search: { people: number; p50: number; p95: number };
  /** Bytes that each 10,000 people add to a console. */
  memory: number;
};

/** A key of an application that may ask. */
export async function askingKey({ databaseUrl, owner }: Installation): Promise<string> {
  const { id: roleId } = await owner.call<{ id: string }>('roles.create', {
    name: 'Asking',
    permissions: DECIDES
  });
  const state = openState(databaseUrl);
  try {
    return (await plantApplication(state, { roleId, name: 'Bench', perMinute: PER_MINUTE })).key;
  } finally {
    await state.close();
  }
}

/** The permissions of a role that does not have all of them. */
export function heldBy({ roles }: Catalogue, id: string): string[] {
  const held = roles.find((role) => role.id === id)?.permissions;
  if (!Array.isArray(held)) throw new Error(`${id} has no list of permissions`);
  return held;
}

/** Everything that may be asked of one person, in the words of each server. */
export function questionsOf(catalogue: Catalogue): { resource: string; action: string }[] {
  return catalogue.areas.flatMap(({ groups }) =>
    groups.flatMap(({ id, actions }) =>
      actions.map((action) => ({ resource: id, action: action.id.slice(id.length + 1) }))
    )
  );
}

/**
 * Evaluations over HTTP: with a key here, beside Cerbos that knows no keys, and Node's own server with a Set.
 * In one piece: one measurement, with what it starts and stops.
 */
export async function measureEndpoints(
  database: BenchPostgres,
  peers: Peers,
  rounds: number,
  say: (what: string) => void
): Promise<EndpointCosts> {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const installation = await install(await database.createDatabase('rolecall_decisions'));
    const [subject] = await addPeople(installation, 10);
    const few = await startOurs(installation);
    stops.push(() => few.stop());
    const key = await askingKey(installation);
    const idle = await few.child.memory();
    await few.stop();
    await addPeople(installation, PEOPLE);
    const ours = await startOurs(installation);
    stops.push(() => ours.stop());
    const memory = (await ours.child.memory()) - idle;

    const catalogue = shipped as Catalogue;
    const questions = questionsOf(catalogue);
    const own = questions.map(({ resource, action }) => ({
      subject: { type: 'administrator', id: subject! },
      action: { name: action },
      resource: { type: resource, id: '1' }
    }));
    const granted = heldBy(catalogue, ROLE).map((each) => `${subject} ${each}`);
    const barePort = await freePort();
    const bare = await startChild(
      new URL('./bare-server.mjs', import.meta.url),
      { PORT: String(barePort), GRANTED: JSON.stringify(granted) },
      /ready/
    );
    stops.push(() => bare.stop());
    const cerbos = await startCerbos(peers.folder, catalogue);
    stops.push(() => cerbos.stop());

    const contenders: { name: string; asking: Asking; cpuMs: () => Promise<number> }[] = [
      {
        name: 'Rolecall, with a key',
        asking: {
          port: installation.port,
          requests: own.map((body) =>
            written('/access/v1/evaluation', body, { authorization: `Bearer ${key}` })
          )
        },
        cpuMs: () => ours.child.cpuMs()
      },
      {
        name: 'Cerbos, without keys',
        asking: {
          port: cerbos.port,
          requests: questions.map(({ resource, action }) =>
            written('/api/check/resources', {
              principal: { id: subject, roles: [ROLE] },
              resources: [{ resource: { kind: resource, id: '1' }, actions: [action] }]
            })
          )
        },
        cpuMs: cerbos.cpuMs
      },
      {
        name: 'Node and a Set, without keys',
        asking: { port: barePort, requests: own.map((body) => written('/', body)) },
        cpuMs: () => bare.cpuMs()
      }
    ];
    const rows = await inTurns(contenders, rounds, say);
    say('who can, over 10,000 people');
    return { rows, memory, search: await measureSearches(installation, key, questions) };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function inTurns(
  contenders: { name: string; asking: Asking; cpuMs: () => Promise<number> }[],
  rounds: number,
  say: (what: string) => void
): Promise<EndpointRow[]> {
  const turns = contenders.map(() => ({ perSecond: [] as number[], cpuMs: [] as number[] }));
  // The first turn warms what runs for the first time.
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? 'evaluations, warming up' : `evaluations, round ${round} of ${rounds}`);
    for (const [at, { name, asking, cpuMs }] of contenders.entries()) {
      const before = await cpuMs();
      const { perSecond, answers, yes } = await askForAWhile(asking, CONNECTIONS, TURN_MS);
      if (yes === 0 || yes === answers) throw new Error(`${name} gives everybody the same answer`);
      if (round === 0) continue;
      turns[at]!.perSecond.push(perSecond);
      turns[at]!.cpuMs.push(((await cpuMs()) - before) / answers);
    }
  }
  return contenders.map(({ name }, at) => ({
    name,
    perSecond: median(turns[at]!.perSecond),
    cpuMs: median(turns[at]!.cpuMs)
  }));
}

async function measureSearches(
  { origin }: Installation,
  key: string,
  questions: readonly { resource: string; action: string }[]
): Promise<EndpointCosts['search']> {
  const took: number[] = [];
  for (let at = 0; at < SEARCHES; at++) {
    const { resource, action } = questions[(at * 13) % questions.length]!;
    const began = performance.now();
    const response = await fetch(`${origin}/access/v1/search/subject`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        subject: { type: 'administrator' },
        action: { name: action },
        resource: { type: resource, id: '1' }
      })
    });
    if (response.status !== 200) throw new Error(`search: ${response.status} ${await response.text()}`);
    await response.text();
    took.push(performance.now() - began);
  }
  return { people: PEOPLE, p50: quantile(took, 0.5), p95: quantile(took, 0.95) };
}

/** People with a role, past the program. @returns their ids */
export async function addPeople({ databaseUrl }: Installation, most: number, role = ROLE): Promise<string[]> {
  const state = openState(databaseUrl);
  try {
    return await state.audited(async (tx) => {
      const rows = await tx<{ id: string }[]>`
        insert into administrators (id, name, email, email_key, password_hash, role_id, caps)
        select gen_random_uuid(), 'Asked ' || n, 'asked' || n || '@northwind.example', 'asked' || n || '@northwind.example',
          'none', ${role}, '{}'::jsonb
        from generate_series((select count(*)::int from administrators where role_id = ${role}), ${most - 1}::int) n
        returning id`;
      return rows.map(({ id }) => id);
    });
  } finally {
    await state.close();
  }
}
