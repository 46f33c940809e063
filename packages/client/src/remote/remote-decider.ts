import { call, KeyRefused, readJson, type Connection } from '../connection.ts';
import { refusal, type Decision, type Question } from '../decision.ts';
import type { Decider } from '../decider.ts';
import { batchesOf, type Batch } from './batches.ts';

type Waiting = { question: Question; settle: (decision: Decision) => void };

/** Asks Rolecall each time. All questions of one turn of the event loop are one call. */
export function remoteDecider(connection: Connection): Decider {
  /** Questions that wait for the end of this turn, by the revision demanded. */
  let waiting = new Map<number | null, Waiting[]>();
  const open = new Set<AbortController>();
  let isShutDown = false;

  return {
    decide: (question, { atLeast }) =>
      new Promise((settle) => {
        if (waiting.size === 0) setImmediate(flush);
        const group = waiting.get(atLeast ?? null) ?? [];
        group.push({ question, settle });
        waiting.set(atLeast ?? null, group);
      }),
    close() {
      isShutDown = true;
      for (const call of open) call.abort();
    }
  };

  function flush(): void {
    const all = waiting;
    waiting = new Map();
    for (const [atLeast, group] of all) for (const batch of batchesOf(group)) void send(batch, atLeast);
  }

  async function send({ body, askers }: Batch<Waiting>, atLeast: number | null): Promise<void> {
    const answers = await ask(body, atLeast).catch((error: unknown) =>
      refusal(isShutDown ? 'shut-down' : error instanceof KeyRefused ? 'key-refused' : 'unavailable')
    );
    for (const [at, of] of askers.entries()) {
      const answer = Array.isArray(answers) ? readAnswer(answers[at], atLeast) : answers;
      for (const { settle } of of) settle(answer);
    }
  }

  async function ask(body: string, atLeast: number | null): Promise<unknown[]> {
    const controller = new AbortController();
    if (isShutDown) controller.abort();
    open.add(controller);
    const timer = setTimeout(() => controller.abort(), connection.timeout);
    try {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (atLeast !== null) headers['rolecall-at-least'] = String(atLeast);
      const { signal } = controller;
      const response = await call(connection, '/access/v1/evaluations', signal, { headers, body });
      const { evaluations } = ((await readJson(response)) ?? {}) as { evaluations?: unknown };
      return Array.isArray(evaluations) ? evaluations : [];
    } finally {
      clearTimeout(timer);
      open.delete(controller);
    }
  }
}

/**
 * Decision in an answer. Anything that is no answer is a no, and so is one that holds for an earlier revision than
 * was demanded.
 */
function readAnswer(answer: unknown, atLeast: number | null): Decision {
  const { decision, context } = (answer ?? {}) as { decision?: unknown; context?: Record<string, unknown> };
  if (context?.['error'] !== undefined) return refusal('invalid-question');
  const revision = context?.['revision'];
  if (typeof decision !== 'boolean' || typeof revision !== 'number') return refusal('unavailable');
  if (atLeast !== null && revision < atLeast) return refusal('unavailable');
  return {
    decision,
    reason: textOf(context?.['reason']) ?? 'unavailable',
    revision,
    decisionId: textOf(context?.['decision_id']),
    reasonAdmin: textOf(context?.['reason_admin']),
    reasonUser: textOf(context?.['reason_user'])
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
