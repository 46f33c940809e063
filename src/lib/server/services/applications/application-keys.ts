import { DEFAULT_OVERLAP_MINUTES, keyProblem, latestEndOfOverlap } from '../../../core/applications/keys';
import type { NewKey } from '../../auth/api-keys';
import type { Queryable } from '../../db/driver/client';
import { findKey, lifeOf, lockKey, updateKey, type KeyRow } from '../../db/tables/api-keys-table';
import type { ApplicationRow } from '../../db/tables/applications-table';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { keyCreated, type KeyOwner } from '../credentials/key-events';
import { touchedApplication } from './application-action';
import { stewardNotices } from './steward';
import {
  readExpiry,
  revoke,
  SHOWN_ONCE,
  storeKey,
  tooManyKeys,
  type KeyOrder,
  type StoredKeyAnswer
} from './new-key';

/** Ends a key at once. A second time changes nothing. */
export const revokeKey = defineCommand('applications.revokeKey', {
  applications: ofKey,
  target: ({ keyId }) => ({ type: 'key', id: keyId }),
  async decide(context, { keyId }): Promise<Outcome<{ revoked: boolean }>> {
    const touched = await touchedKey(context, keyId);
    if ('refused' in touched) return touched;
    const { key, application } = touched;
    const ref = `application:${application.id}` as const;
    return revoke(context, key, ownerOf(application), { affects: [ref], authority: [ref] });
  }
});

/**
 * Makes a key of an application, which is shown once (APP-2). Whoever makes it knows it: they dominate the
 * application.
 */
export const createKey = defineCommand('applications.createKey', {
  ...SHOWN_ONCE,
  applications: (_tx, { id }) => Promise.resolve([id]),
  target: ({ id }) => ({ type: 'application', id }),
  async decide(context, input, made): Promise<Outcome<StoredKeyAnswer>> {
    const touched = await touchedApplication(context, input.id);
    if ('refused' in touched) return touched;
    const expiresAt = await readExpiry(context, input.expiresAt);
    if ('refused' in expiresAt) return expiresAt;
    const holder = { applicationId: touched.row.id };
    const full = await tooManyKeys(context, holder);
    if (full) return { refused: full };
    const order: KeyOrder = { holder, name: input.name ?? 'Key', permissions: null, expiresAt };
    return added(context, made, order, touched.row);
  }
});

/** Replaces a key: the new one works at once, the old one until its overlap is over (APP-3). */
export const rotateKey = defineCommand('applications.rotateKey', {
  ...SHOWN_ONCE,
  applications: ofKey,
  target: ({ keyId }) => ({ type: 'key', id: keyId }),
  async decide(context, input, made): Promise<Outcome<StoredKeyAnswer>> {
    const touched = await touchedKey(context, input.keyId);
    if ('refused' in touched) return touched;
    const { key, application } = touched;
    const now = new Date();
    if (keyProblem(lifeOf(key), now.getTime()) !== null || key.replacedBy !== null)
      return {
        refused: {
          code: 'input/invalid',
          field: 'keyId',
          message: 'This key was replaced, or does not work any more.'
        }
      };
    const expiresAt = await readExpiry(context, input.expiresAt, now);
    if ('refused' in expiresAt) return expiresAt;
    const order: KeyOrder = {
      holder: { applicationId: application.id },
      name: key.name,
      permissions: null,
      expiresAt
    };
    const full = await tooManyKeys(context, { applicationId: application.id }, 'keyId');
    if (full) return { refused: full };
    const overlap = input.overlapMinutes ?? DEFAULT_OVERLAP_MINUTES;
    const retiresAt = new Date(Math.min(now.getTime() + overlap * 60_000, key.expiresAt.getTime()));
    const outcome = await added(context, made, order, application, 'rotated');
    if ('refused' in outcome) return outcome;
    await updateKey(context.tx, key.id, { retiresAt, replacedBy: outcome.answer.id });
    return {
      ...outcome,
      events: [
        {
          action: 'api_key.rotated',
          target: { type: 'key', id: key.id, name: key.name },
          outcome: 'success',
          change: [
            { path: 'of', old: null, new: application.name },
            { path: 'key', old: key.kid, new: made.kid },
            { path: 'retiresAt', old: null, new: retiresAt.toISOString() },
            { path: 'expiresAt', old: key.expiresAt.toISOString(), new: expiresAt.toISOString() }
          ]
        }
      ]
    };
  }
});

/**
 * Lets a key that was replaced work for longer beside its successor (decision 0047). It ends no key earlier: of a
 * time that is not later than the one agreed on, nothing changes.
 */
export const extendKey = defineCommand('applications.extendKey', {
  applications: ofKey,
  target: ({ keyId }) => ({ type: 'key', id: keyId }),
  async decide(context, { keyId, until }): Promise<Outcome<{ retiresAt: string }>> {
    const touched = await touchedKey(context, keyId);
    if ('refused' in touched) return touched;
    const { key, application } = touched;
    const invalid = (field: string, message: string) =>
      ({ refused: { code: 'input/invalid', field, message } }) as const;
    const next = key.replacedBy === null ? null : await findKey(context.tx, key.replacedBy);
    if (!next || key.retiresAt === null || keyProblem(lifeOf(key), Date.now()) !== null)
      return invalid('keyId', 'This key was not replaced, or does not work any more.');
    const unchanged = { retiresAt: key.retiresAt.toISOString() };
    if (until <= unchanged.retiresAt) return { answer: unchanged, events: [], affects: [] };
    const latest = latestEndOfOverlap(lifeOf(key), next.createdAt.getTime());
    if (latest <= key.retiresAt.getTime())
      return invalid(
        'until',
        'An old key works for at most 30 days beside the new one, or until it expires.'
      );
    const retiresAt = new Date(Math.min(Date.parse(until), latest));
    await updateKey(context.tx, key.id, { retiresAt });
    const ref = `application:${application.id}` as const;
    return {
      answer: { retiresAt: retiresAt.toISOString() },
      events: [
        {
          action: 'api_key.extended',
          target: { type: 'key', id: key.id, name: key.name },
          outcome: 'success',
          change: [
            { path: 'of', old: null, new: application.name },
            { path: 'retiresAt', old: unchanged.retiresAt, new: retiresAt.toISOString() }
          ]
        }
      ],
      affects: [ref],
      authority: [ref]
    };
  }
});

async function added(
  context: Decision,
  made: NewKey,
  order: KeyOrder,
  application: ApplicationRow,
  rotated: 'rotated' | null = null
): Promise<Extract<Outcome<StoredKeyAnswer>, { answer: StoredKeyAnswer }>> {
  const id = await storeKey(context, made, order);
  return {
    answer: { id, kid: made.kid },
    events: [keyCreated({ id, kid: made.kid, ...order }, ownerOf(application))],
    affects: [`application:${application.id}`],
    authority: [`application:${application.id}`],
    notices: await stewardNotices(context, application, { name: order.name, rotated })
  };
}

function ownerOf({ id, name }: ApplicationRow): KeyOwner {
  return { type: 'application', id, name };
}

/** The application that a key belongs to, for good. */
async function ofKey(tx: Queryable, { keyId }: { keyId: string }): Promise<string[]> {
  return [(await findKey(tx, keyId))?.applicationId ?? []].flat();
}

/** A key of an application that whoever asks may touch, both locked; one's own keys are not meant here. */
async function touchedKey(context: Decision, keyId: string) {
  const notFound = { refused: { code: 'not-found', what: 'key' } } as const;
  const found = await findKey(context.tx, keyId);
  if (!found?.applicationId) return notFound;
  const touched = await touchedApplication(context, found.applicationId);
  if ('refused' in touched) return touched.refused.code === 'not-found' ? notFound : touched;
  // The application was locked first, as by everybody who ends its keys.
  const key: KeyRow | null = await lockKey(context.tx, keyId, 'update');
  return key ? { key, application: touched.row } : notFound;
}
