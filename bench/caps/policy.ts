import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PolicyClient } from '../../tests/support/policy-client';
import type { Ours } from '../servers/ours';
import { spread, type Spread } from '../statistics';

export const ASKS_PER_SECOND = 500;
const CONNECTIONS = 100;
const CLICKS_PER_SECOND = 20;

export type PolicyCost = {
  /** Milliseconds from the moment when an ask is due until its answer. */
  asks: Spread;
  answers: number;
  /** Of a tick of the console until it is saved, in milliseconds, alone and beside the asks. */
  alone: Spread;
  beside: Spread;
};

/**
 * Messages at a steady pace through the policy endpoint, and ticks of the console: alone, and both together, in
 * turns.
 */
export async function measurePolicy(
  ours: Ours,
  port: number,
  people: readonly string[],
  rounds: number
): Promise<PolicyCost> {
  const idle = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => PolicyClient.open({ port, host: '127.0.0.1' }))
  );
  const asks: number[] = [];
  const [alone, beside]: [number[], number[]] = [[], []];
  try {
    await askSteadily(idle, people, 1000);
    await tickSteadily(ours, 1000);
    for (let round = 0; round < rounds; round++) {
      alone.push(...(await tickSteadily(ours, 4000)));
      const [took, saved] = await Promise.all([askSteadily(idle, people, 4000), tickSteadily(ours, 4000)]);
      asks.push(...took);
      beside.push(...saved);
    }
  } finally {
    for (const client of idle) client.vanish();
  }
  return { asks: spread(asks), answers: asks.length, alone: spread(alone), beside: spread(beside) };
}

/**
 * An ask every two milliseconds, whether the ones before it are answered or not.
 * @returns how long each took, in milliseconds
 */
async function askSteadily(
  idle: PolicyClient[],
  people: readonly string[],
  forMs: number
): Promise<number[]> {
  const began = performance.now();
  const waiting: Promise<number>[] = [];
  const most = (forMs * ASKS_PER_SECOND) / 1000;
  for (let n = 0; n < most; n++) {
    const due = began + (n * 1000) / ASKS_PER_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    waiting.push(ask(idle, people[(n * 37) % people.length]!, due));
  }
  return Promise.all(waiting);
}

async function ask(idle: PolicyClient[], login: string, due: number): Promise<number> {
  let client = idle.pop();
  // Postfix has so many processes and no more: whoever comes then waits.
  while (!client) {
    await sleep(1);
    client = idle.pop();
  }
  const instance = randomUUID();
  const action = await client.ask({
    sasl_username: login,
    instance,
    queue_id: instance,
    policy_context: 'mx1'
  });
  idle.push(client);
  if (action !== 'DUNNO') throw new Error(`the policy service says ${action}`);
  return performance.now() - due;
}

async function tickSteadily(ours: Ours, forMs: number): Promise<number[]> {
  const began = performance.now();
  const saved: Promise<number>[] = [];
  for (let n = 0; n < (forMs * CLICKS_PER_SECOND) / 1000; n++) {
    await sleep(Math.max(0, began + (n * 1000) / CLICKS_PER_SECOND - performance.now()));
    const at = performance.now();
    saved.push(ours.click().then(() => performance.now() - at));
  }
  return Promise.all(saved);
}
