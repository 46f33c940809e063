import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PolicyClient } from '../../tests/support/policy-client';

export const ASKS_PER_SECOND = 500;
const CONNECTIONS = 100;

/** An ask of a mail server with its answer; times in milliseconds of the driver's clock. */
export type Answered = { login: string; action: string; due: number; from: number; until: number };

/** Connections of a busy mail server, as many as it has. Whoever opens them lets them vanish. */
export function openMailServer(port: number): Promise<PolicyClient[]> {
  return Promise.all(
    Array.from({ length: CONNECTIONS }, () => PolicyClient.open({ port, host: '127.0.0.1' }))
  );
}

/** An ask every two milliseconds, each under its own key, whether the ones before it are answered or not. */
export async function askSteadily(
  idle: PolicyClient[],
  logins: readonly string[],
  forMs: number
): Promise<Answered[]> {
  const began = performance.now();
  const waiting: Promise<Answered>[] = [];
  const most = (forMs * ASKS_PER_SECOND) / 1000;
  for (let n = 0; n < most; n++) {
    const due = began + (n * 1000) / ASKS_PER_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    waiting.push(ask(idle, logins[(n * 37) % logins.length]!, due));
  }
  return Promise.all(waiting);
}

async function ask(idle: PolicyClient[], login: string, due: number): Promise<Answered> {
  let client = idle.pop();
  // Postfix has so many processes and no more: whoever comes then waits.
  while (!client) {
    await sleep(1);
    client = idle.pop();
  }
  const instance = randomUUID();
  const from = performance.now();
  const action = await client.ask({
    sasl_username: login,
    instance,
    queue_id: instance,
    policy_context: 'mx1'
  });
  if (action === null) throw new Error('the policy service closed the connection');
  idle.push(client);
  return { login, action, due, from, until: performance.now() };
}
