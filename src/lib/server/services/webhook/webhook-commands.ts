import { createHash } from 'node:crypto';
import type { Refusal } from '../../../core/access/refusal';
import {
  deleteWebhook,
  giveUpWaiting,
  lockWebhook,
  writeWebhook,
  type WebhookRow
} from '../../db/tables/webhook-table';
import { defineCommand } from '../write-path/define-command';
import type { Deps } from '../write-path/deps';
import type { Outcome } from '../write-path/mutation';
import { reachableAddress } from './reachable-address';
import { makeWebhookSecret } from './signed-headers';
import { Unreachable } from './unreachable';
import { sealWebhookSecret } from './webhook-secret';

/** `secret`: shown once, where this made one; null when the same is asked for again. */
export type WebhookAnswer = { seq: number; secret: string | null };
/** Stored answer: with a mark of the secret that was made. */
type StoredAnswer = { seq: number; made: string | null };

/** Time the previous secret still signs after a rotation, in ms. */
const OVERLAP_MS = 24 * 3_600_000;
const TARGET = { type: 'settings', id: 'webhook', name: null };
/** Reason in the delivery list for alerts that waited when the webhook was removed: they are given up. */
export const REMOVED = 'The webhook was removed.';
/** The one before signs for as long as was said. */
const TOO_SOON: Refusal = {
  code: 'input/invalid',
  field: 'secret',
  message:
    'The secret before this one still signs, for 24 hours after it was replaced. Rotate again after that; to end both now, remove the webhook and save the address again.'
};
const NONE: Refusal = { code: 'input/invalid', field: 'url', message: 'Save an address first.' };

/**
 * Reason nothing could be posted to an address as its name resolves now, in a sentence; null: it could. The name
 * is resolved again for each post.
 */
async function whyUnreachable(
  { webhookLoopback = false, origin }: Deps,
  url: string
): Promise<string | null> {
  try {
    await reachableAddress(new URL(url), { allowLoopback: webhookLoopback, ownOrigin: origin });
    return null;
  } catch (error) {
    if (error instanceof Unreachable) return error.message;
    throw error;
  }
}

/** Sets where cap alerts are posted to; null: nowhere. The first address gets a secret, a later one keeps it. */
export const setWebhook = defineCommand('settings.setWebhook', {
  target: () => TARGET,
  // Finding a name may take seconds, during which no lock may be held.
  prepare: ({ deps, permitted }, { url }) =>
    permitted<string>(async () => {
      const problem = url === null ? null : await whyUnreachable(deps, url);
      return problem === null
        ? { answer: makeWebhookSecret() }
        : { refused: { code: 'input/invalid', field: 'url', message: problem } };
    }),
  async decide({ deps, tx, actor }, { url, seen }, secret): Promise<Outcome<StoredAnswer>> {
    const row = await lockWebhook(tx);
    const { seq: was = 0 } = row ?? {};
    if ((row?.url ?? null) === url) return { answer: { seq: was, made: null }, events: [], affects: [] };
    if (row && was > seen) return { refused: changedSince(row, url) };
    const seq = was + 1;
    const changed = { seq, changedBy: actor.name, changedAt: new Date() };
    const dropped = url === null ? await giveUpWaiting(tx, REMOVED) : 0;
    if (url === null) await deleteWebhook(tx);
    else if (row) await writeWebhook(tx, { ...withoutId(row), ...changed, url });
    else
      await writeWebhook(tx, {
        ...{
          url,
          secretSealed: sealWebhookSecret(deps.keyring, secret),
          previousSealed: null,
          previousUntil: null
        },
        ...changed
      });
    const change = [
      {
        path: 'webhook.url',
        old: row ? originOf(row.url) : null,
        new: url === null ? null : originOf(url)
      },
      ...(dropped === 0 ? [] : [{ path: 'webhook.waiting', old: dropped, new: 0 }])
    ];
    return {
      answer: { seq: url === null ? 0 : seq, made: row || url === null ? null : markOf(secret) },
      events: [{ action: 'settings.webhook_changed', target: TARGET, outcome: 'success', change }],
      affects: ['settings:alerts']
    };
  },
  told: shownOnce
});

/** Replaces the secret. Both sign for a day, so that whoever receives alerts can change over meanwhile. */
export const rotateWebhookSecret = defineCommand('settings.rotateWebhookSecret', {
  target: () => TARGET,
  prepare: () => Promise.resolve({ answer: makeWebhookSecret() }),
  async decide({ deps, tx, actor }, _input, secret): Promise<Outcome<StoredAnswer>> {
    const row = await lockWebhook(tx);
    if (!row) return { refused: NONE };
    if (row.previousUntil !== null && row.previousUntil > new Date()) return { refused: TOO_SOON };
    const seq = row.seq + 1;
    const previousUntil = new Date(Date.now() + OVERLAP_MS);
    await writeWebhook(tx, {
      ...withoutId(row),
      ...{
        secretSealed: sealWebhookSecret(deps.keyring, secret),
        previousSealed: row.secretSealed,
        previousUntil
      },
      ...{ seq, changedBy: actor.name, changedAt: new Date() }
    });
    const change = [{ path: 'retiresAt', old: null, new: previousUntil.toISOString() }];
    return {
      answer: { seq, made: markOf(secret) },
      events: [{ action: 'settings.webhook_secret_rotated', target: TARGET, outcome: 'success', change }],
      affects: ['settings:alerts']
    };
  },
  told: shownOnce
});

function shownOnce(
  { seq, made }: StoredAnswer,
  _input: unknown,
  { prepared: secret }: { prepared: string }
): WebhookAnswer {
  return { seq, secret: made === markOf(secret) ? secret : null };
}

/** Tells whether it is the same secret, and nothing else of it. */
function markOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Origin of an address: the log and those who may only look are told no more of it, since the rest can be a secret. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

function withoutId({ id: _, ...row }: WebhookRow): Omit<WebhookRow, 'id'> {
  return row;
}

function changedSince(row: WebhookRow, url: string | null): Refusal {
  return {
    code: 'conflict/changed-since',
    field: 'url',
    yours: url,
    theirs: row.url,
    by: row.changedBy,
    at: row.changedAt.toISOString(),
    version: row.seq
  };
}
