import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyClient } from '../../tests/support/policy-client';
import type { Ours } from '../servers/ours';
import { spread, type Spread } from '../statistics';
import { askSteadily, openMailServer } from './steady-asks';

const CLICKS_PER_SECOND = 20;

export type PolicyCost = {
  /** Milliseconds from the moment when an ask is due until its answer. */
  asks: Spread;
  answers: number;
  /** Time of a tick of the console until it is saved, in milliseconds, alone and beside the asks. */
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
  const idle = await openMailServer(port);
  const asks: number[] = [];
  const [alone, beside]: [number[], number[]] = [[], []];
  try {
    await askGranted(idle, people, 1000);
    await tickSteadily(ours, 1000);
    for (let round = 0; round < rounds; round++) {
      alone.push(...(await tickSteadily(ours, 4000)));
      const [took, saved] = await Promise.all([askGranted(idle, people, 4000), tickSteadily(ours, 4000)]);
      asks.push(...took);
      beside.push(...saved);
    }
  } finally {
    for (const client of idle) client.vanish();
  }
  return { asks: spread(asks), answers: asks.length, alone: spread(alone), beside: spread(beside) };
}

/** @returns how long each took, in milliseconds from when it was due */
async function askGranted(idle: PolicyClient[], people: readonly string[], forMs: number): Promise<number[]> {
  const answered = await askSteadily(idle, people, forMs);
  const refused = answered.find(({ action }) => action !== 'DUNNO');
  if (refused) throw new Error(`the policy service says ${refused.action}`);
  return answered.map(({ due, until }) => until - due);
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
