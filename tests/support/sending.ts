import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { plantApplication } from './applications';
import type { Asked } from './asks-beside-changes';
import { startTestConsole, type TestConsole } from './console';
import { askEndpoint } from './program';
import { until } from './replica';
import { openState, type StateProbe } from './state';

/** Two processes of one installation, and a sending layer that asks both for its users. */
export type Sending = {
  apps: readonly [TestConsole, TestConsole];
  state: StateProbe;
  /** Asks at a process whether a user may send one message. @throws Error without an answer */
  ask(origin: string, who: string): Promise<Asked>;
  /** Asks at both processes, for one user after the other, as long as something is done. All asks, answered. */
  askWhile(who: readonly string[], pace: Pace, act: () => Promise<void>): Promise<Asked[]>;
  stop(): Promise<void>;
};

/** Asks under way at the same moment, and milliseconds from an answer to the ask after it. */
export type Pace = { atOnce: number; restMs: number };

const CONSUME = '/caps/v1/consume';

/** @param perMinute requests of the sending layer; undefined: as many as the settings say */
export async function startSending(perMinute?: number): Promise<Sending> {
  const app = await startTestConsole();
  const apps = [app, await startTestConsole({ databaseUrl: app.databaseUrl })] as const;
  const state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Sending', permissions: ['quotas.ledger.consume'] }
  });
  const { key } = await plantApplication(state, { roleId, perMinute });
  for (const { origin } of apps)
    await until(
      async () => (await askEndpoint(origin, CONSUME, { key, body: {} })).status !== 401,
      'the key works'
    );

  async function ask(origin: string, who: string): Promise<Asked> {
    const body = { subject: { type: 'user', id: who }, units: 1, key: randomUUID() };
    const from = performance.now();
    const answer = await askEndpoint(origin, CONSUME, { key, body });
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    const { granted } = answer.body as { granted: boolean };
    return { who, granted, from, until: performance.now() };
  }
  return {
    apps,
    state,
    ask,
    async askWhile(who, { atOnce, restMs }, act) {
      const asked: Asked[] = [];
      let isOver = false;
      let next = 0;
      const asking = Array.from({ length: atOnce }, async (_, at) => {
        for (; !isOver; await sleep(restMs))
          asked.push(await ask(apps[at % 2]!.origin, who[next++ % who.length]!));
      });
      const all = [act().finally(() => (isOver = true)), ...asking];
      // Nobody asks any more when one of them is heard to have failed.
      await Promise.allSettled(all);
      await Promise.all(all);
      return asked;
    },
    async stop() {
      await state.close();
      for (const each of apps.toReversed()) await each.stop();
    }
  };
}

/** Units of today that are counted for each user who sent any, by id. */
export async function usedByUsers({ sql }: StateProbe): Promise<Map<string, number>> {
  const rows = await sql<{ account: string; used: number }[]>`
    select account, day_used::int as used from ledger_accounts where account like 'user:%'`;
  return new Map(rows.map(({ account, used }) => [account.slice('user:'.length), used]));
}
