import { createHash } from 'node:crypto';
import { lastCheckpoint } from '../../../db/log/checkpoint-table';
import { claimWitness, releaseWitness } from '../../../db/log/witness-table';
import type { Deps } from '../../write-path/deps';
import { signedHeaders } from '../../webhook/signed-headers';
import { startWitnessLoop, type WitnessLoop } from './witness-loop';

const ANSWER_MS = 10_000;
const CLAIM_SECONDS = 20;

export type Webhook = { url: string; secret: string };

/**
 * Tells a web address of the newest checkpoint (SECURITY 5.5 b), signed as Standard Webhooks are. At least once, with
 * the same
 * `webhook-id` for the same checkpoint; of those that came while it did not answer, only the newest: it covers the
 * others.
 */
export function startWebhook(deps: Deps, { url, secret }: Webhook, logOrigin: string): WitnessLoop {
  const name = `webhook:${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
  return startWitnessLoop(deps, 'webhook', async () => {
    const newest = await lastCheckpoint(deps.db);
    if (!newest) return;
    const told = await claimWitness(deps.db, name, CLAIM_SECONDS);
    if (told === null) return;
    let size = told;
    try {
      // A database that was taken back is news, too.
      if (told === newest.size) return;
      const body = JSON.stringify({
        type: 'log.checkpoint',
        timestamp: newest.at.toISOString(),
        data: { origin: logOrigin, size: newest.size, note: newest.note }
      });
      const id = createHash('sha256').update(newest.note).digest('hex').slice(0, 32);
      await post(url, body, signedHeaders([secret], `cp_${id}`, Math.floor(Date.now() / 1000), body));
      ({ size } = newest);
    } finally {
      await releaseWitness(deps.db, name, size);
    }
  });
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    // Whoever answers elsewhere has to say so in the configuration.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS)
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}
