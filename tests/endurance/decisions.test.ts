import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRolecall, type Rolecall } from '../../packages/client/src/entry';
import { indexCatalogue, type Catalogue } from '../../src/lib/core/access/catalogue';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';
import { STEWARDLESS_DAYS } from '../../src/lib/core/applications/keys';
import { appProcess, type App } from '../faults/app-process';
import { chooseSeed, seeded, type Random } from '../faults/random';
import { plantPeople } from '../support/accounts';
import { AT_LAST_MS } from '../support/at-last';
import { plantApplication, type Planted } from '../support/applications';
import { freePort, secretsOf, startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { trials, TRIALS_TIMEOUT, within } from '../support/trials';

// [DEC-1] [DEC-2] [DEC-5] Decisions where it is hard: a million questions of three who decide, a process that stands
// still, lost notifications. `npm run faults -- --only decisions` asks as often as a release does.

const MERGE = 'audience.contact_lists.merge';
const DAY = 86_400_000;
/** Calls in one request. */
const BATCH = 10;
/** The page explains, which costs ten times as much: of a million questions it is asked a tenth. */
const PAGE_ROUNDS = trials(1, 10);
const catalogue = indexCatalogue(shipped as unknown as Catalogue);
const seed = chooseSeed(process.env['DECISIONS_SEED']);
const random = seeded(seed);

let app: TestConsole;
let state: StateProbe;
let asker: Planted;
/** Process that misses some of the notifications about authority. */
let lossy: TestConsole;
let roles: string[];

beforeAll(async () => {
  process.stdout.write(`DECISIONS_SEED=${seed}\n`);
  app = await startTestConsole();
  const drops = random.fork();
  lossy = await startTestConsole({ databaseUrl: app.databaseUrl, hearsAuthority: () => !drops.chance(0.2) });
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: readonly string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const askers = await role('Askers', ['tools.decisions.snapshot', 'tools.decisions.evaluate']);
  asker = await plantApplication(state, { roleId: askers, perMinute: 1_000_000 });
  const some = (share: number) =>
    catalogue.ids.filter((id) => !catalogue.ownerOnly.has(id) && random.chance(share));
  roles = [
    await role('Few', some(0.1)),
    await role('Half', some(0.5)),
    await role('Most', some(0.9)),
    'super_administrator'
  ];
});
afterAll(async () => {
  await state.close();
  await lossy.stop();
  await app.stop();
});

type Principal = {
  kind: 'administrator' | 'application';
  id: string;
  role: string;
  owner: boolean;
  /** True if their state lets them act, as the tables say it at this moment. */
  acts: boolean;
};

/** The tables, read by statements of its own and judged by sentences of its own. */
async function oracle(): Promise<(who: Principal | undefined, permission: string) => boolean> {
  const ticks = await state.sql<{ role: string; permission: string }[]>`
    select role_id as role, permission_id as permission from role_permissions where granted`;
  const held = new Set(ticks.map(({ role, permission }) => `${role} ${permission}`));
  return (who, permission) => {
    if (!who?.acts || !catalogue.actions.has(permission)) return false;
    if (catalogue.ownerOnly.has(permission) && !who.owner) return false;
    return who.role === 'super_administrator' || held.has(`${who.role} ${permission}`);
  };
}

async function principals(): Promise<Principal[]> {
  const people = await state.sql<Principal[]>`
    select 'administrator' as kind, id::text, role_id as role, owner,
      status = 'active' and deleted_at is null and activation_expires_at is null as acts from administrators`;
  const machines = await state.sql<Principal[]>`
    select 'application' as kind, id::text, role_id as role, false as owner,
      status = 'active' and deleted_at is null
        and coalesce(steward_gone_at + ${`${STEWARDLESS_DAYS} days`}::interval > now(), true) as acts from applications`;
  return [...people, ...machines];
}

/** Something changes of a tenth of all: role, status, time and ticks. */
async function shuffle(ids: readonly string[], machines: readonly string[]): Promise<void> {
  await state.audited(async (tx) => {
    for (const id of ids.filter(() => random.chance(0.1)))
      await tx`update administrators set ${tx({
        role_id: random.pick(roles),
        status: random.pick(['active', 'active', 'suspended']),
        deleted_at: random.chance(0.1) ? new Date() : null,
        activation_expires_at: random.chance(0.1) ? new Date(Date.now() + DAY) : null
      })} where id = ${id}`;
    for (const id of machines.filter(() => random.chance(0.1)))
      await tx`update applications set ${tx({
        role_id: random.pick(roles.slice(0, 3)),
        status: random.pick(['active', 'active', 'suspended']),
        // The end of a steward's time is an hour away, or was an hour ago.
        steward_gone_at: random.chance(0.3)
          ? new Date(Date.now() - STEWARDLESS_DAYS * DAY + random.pick([-3_600_000, 3_600_000]))
          : null
      })} where id = ${id}`;
  });
  const [on, off] = [random.pick(catalogue.ids), random.pick(catalogue.ids)];
  const granted = catalogue.ownerOnly.has(on) ? [] : [on];
  await app.owner.call('roles.edit', {
    id: random.pick(roles.slice(0, 3)),
    seen: 1e6,
    grant: granted,
    revoke: [off]
  });
}

const lastEntry = async () =>
  Number((await state.sql<{ seq: string }[]>`select max(seq) as seq from audit.seq`)[0]!.seq);

test(
  '[DEC-1] [DEC-5] the API, the page, the client package and the tables say the same of everybody, while everything changes',
  async () => {
    const ids = await plantPeople(
      state,
      Array.from({ length: 60 }, () => ({ roleId: random.pick(roles) }))
    );
    const machines: string[] = [];
    for (let n = 0; n < 20; n++)
      machines.push((await plantApplication(state, { roleId: random.pick(roles.slice(0, 3)) })).id);
    // Neither a late answer nor a copy that was not refreshed for a while is what is looked at here.
    const unhurried = { timeout: AT_LAST_MS, maxAge: AT_LAST_MS };
    const local = createRolecall({ url: app.origin, key: asker.key, mode: 'local', ...unhurried });
    const rounds = trials(3, 500);
    const counts = { yes: 0, no: 0, page: 0 };
    for (let round = 0; round < rounds; round++) {
      await shuffle(ids, machines);
      await state.settled();
      const [all, may, atLeast] = [await principals(), await oracle(), await lastEntry()];
      for (let part = 0; part < 5; part++) {
        const questions = Array.from({ length: 400 }, () => someQuestion(random, all));
        const body = {
          evaluations: questions.map(({ subject, permission }) => {
            const at = permission.lastIndexOf('.');
            const resource = { type: permission.slice(0, at), id: '1' };
            return { subject, action: { name: permission.slice(at + 1) }, resource };
          })
        };
        const headers = { 'Rolecall-At-Least': String(atLeast) };
        let api: { decision: boolean }[] = [];
        // It waits a second for what it is to know at least, and says then that it does not know.
        await until(async () => {
          const given = { key: asker.key, body, headers };
          const answer = await askEndpoint(app.origin, '/access/v1/evaluations', given);
          if (answer.status === 200)
            api = (answer.body as { evaluations: { decision: boolean }[] }).evaluations;
          else expect(answer.status).toBe(503);
          return answer.status === 200;
        }, 'it is known');
        const pages = round % PAGE_ROUNDS === 0 ? await pageSays(questions) : [];
        for (const [n, { subject, permission, about }] of questions.entries()) {
          const said = [
            may(about, permission),
            api[n]!.decision,
            ...(n in pages ? [pages[n]] : []),
            (await local.decide(subject, permission, { id: '1' }, { atLeast })).decision
          ];
          if (new Set(said).size > 1)
            throw new Error(
              `seed ${seed}, round ${round}: ${JSON.stringify({ subject, permission, about, said })}`
            );
          counts[said[0] ? 'yes' : 'no'] += 1;
          counts.page += n in pages ? 1 : 0;
        }
      }
    }
    local.close();
    process.stdout.write(
      `${counts.yes} times yes and ${counts.no} times no by API, client and tables, ${counts.page} of them by the page\n`
    );
    expect(counts.yes + counts.no).toBe(rounds * 2000);
    expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(rounds * 100);
  },
  TRIALS_TIMEOUT
);

/** Answers of the Access page to these questions: `access.evaluate`, as many in one request as the console takes. */
async function pageSays(questions: ReturnType<typeof someQuestion>[]): Promise<boolean[]> {
  const asked = questions.map(({ subject, permission }) => {
    const at = permission.lastIndexOf('.');
    const resource = { type: permission.slice(0, at), id: '1' };
    return { subject, action: { name: permission.slice(at + 1) }, resource };
  });
  const parts = Array.from({ length: Math.ceil(asked.length / BATCH) }, (_, n) =>
    asked.slice(n * BATCH, (n + 1) * BATCH)
  );
  const answers: boolean[] = [];
  for (const part of parts) {
    const names = part.map(() => 'access.evaluate').join(',');
    const input = encodeURIComponent(JSON.stringify({ ...part }));
    const response = await fetch(`${app.origin}/trpc/${names}?batch=1&input=${input}`, {
      headers: { cookie: app.owner.cookie }
    });
    const body = (await response.json()) as { result: { data: { decision: boolean } } }[];
    answers.push(...body.map(({ result }) => result.data.decision));
  }
  return answers;
}

function someQuestion(from: Random, all: readonly Principal[]) {
  const about = from.chance(0.98) ? from.pick(all) : undefined;
  const subject = { type: about?.kind ?? 'administrator', id: about?.id ?? 'nobody' } as const;
  const some = from.chance(0.1) ? [...catalogue.ownerOnly, 'no.such.one'] : catalogue.ids;
  return { subject, permission: from.pick(some), about };
}

/** Somebody who may, with the way to take it from them. */
async function holder(name: string) {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name, permissions: [MERGE] });
  const [id] = await plantPeople(state, [{ roleId }]);
  const edit = (change: object) => app.owner.call('roles.edit', { id: roleId, seen: 1e6, ...change });
  return { id: id!, revoke: () => edit({ revoke: [MERGE] }), grant: () => edit({ grant: [MERGE] }) };
}

/** Answer of a process's endpoint about somebody: `true`, `false`, or the status where it says neither. */
async function says(origin: string, id: string): Promise<boolean | number> {
  const body = {
    subject: { type: 'administrator', id },
    action: { name: 'merge' },
    resource: { type: 'audience.contact_lists', id: '1' }
  };
  const answer = await askEndpoint(origin, '/access/v1/evaluation', { key: asker.key, body });
  return answer.status === 200 ? (answer.body as { decision: boolean }).decision : answer.status;
}

describe('[DEC-2] a process that stands still', () => {
  const STILL_MS = trials(5000, 30_000);
  let other: App;
  let local: Rolecall;
  beforeAll(async () => {
    other = appProcess(await freePort(), secretsOf(app));
    await other.start();
    local = createRolecall({ url: other.origin, key: asker.key, mode: 'local' });
  });
  afterAll(async () => {
    local.close();
    await other.stop();
  });

  test(
    `paused for ${STILL_MS / 1000} s and continued, it never says yes to what was taken away meanwhile`,
    async () => {
      const { id, revoke } = await holder('Held still');
      await until(async () => (await says(other.origin, id)) === true, 'known');
      await until(() => local.can(id, MERGE), 'known to the client');
      process.kill(other.pid()!, 'SIGSTOP');
      await revoke();
      await sleep(STILL_MS);
      // They wait in its queue, and are the first that it sees.
      const waiting = Array.from({ length: 20 }, () => says(other.origin, id));
      await sleep(100);
      process.kill(other.pid()!, 'SIGCONT');
      expect(new Set(await Promise.all(waiting))).not.toContain(true);
      const answers: (boolean | number)[] = [];
      for (let n = 0; n < 50; n++) answers.push(await says(other.origin, id));
      expect(answers).not.toContain(true);
      await until(async () => (await says(other.origin, id)) === false, 'it knows');
      await until(async () => !(await local.can(id, MERGE)), 'the client knows');
    },
    TRIALS_TIMEOUT
  );
});

test(
  '[DEC-2] where a fifth of the notifications is lost, a revocation is in every answer within a second',
  async () => {
    const { id, revoke, grant } = await holder('Hard of hearing');
    const took: number[] = [];
    for (let n = 0; n < trials(8, 200); n++) {
      await until(async () => (await says(lossy.origin, id)) === true, 'granted');
      await revoke();
      const since = performance.now();
      await until(async () => (await says(lossy.origin, id)) === false, 'revoked');
      took.push(performance.now() - since);
      await grant();
    }
    took.sort((a, b) => a - b);
    const [middle, worst] = [took[Math.floor(took.length / 2)]!, took.at(-1)!];
    process.stdout.write(
      `refused after ${middle.toFixed(0)} ms in the middle, ${worst.toFixed(0)} ms at most\n`
    );
    expect(worst).toBeLessThan(within(1000));
  },
  TRIALS_TIMEOUT
);
