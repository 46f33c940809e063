import type { IncomingMessage } from 'node:http';
import { bearerIn, parseKey, type KeyParts } from '../../../core/applications/key-format';
import { admitKey, type AdmittedKey } from '../../services/decisions/admit-key';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import type { RequestFacts } from '../../services/write-path/caller';
import type { KeyCounts } from '../http/program-limits';
import type { ProgramAnswer } from './program-route';
import { keyRefused, tooMany } from './refusals';

/** Key as a request sent it: read once, and judged whenever it counts. */
export type SentKey = {
  /** True if anything was sent as one. */
  isSent: boolean;
  /** Null: it is none, by its form or its checksum. */
  parts: KeyParts | null;
};

export function sentKey({ headers }: Pick<IncomingMessage, 'headers'>): SentKey {
  const text = bearerIn(headers.authorization);
  return { isSent: text !== undefined, parts: text === undefined ? null : parseKey(text) };
}

/** Key that came with a request, or the answer to a request that is let in no further. */
export type AdmittedRequest = {
  outcome: { key: AdmittedKey } | { refused: ProgramAnswer };
  /** Headers about the limit, whatever the answer; empty where no key was counted. */
  limitHeaders: Readonly<Record<string, string>>;
};

/** Judges the key of a request and counts it: what every endpoint does first (APP-4). */
export function admitRequest(
  known: KnownAuthority,
  { isSent, parts }: SentKey,
  facts: RequestFacts,
  { uses, limits, calls }: KeyCounts
): AdmittedRequest {
  const now = Date.now();
  const key = admitKey(known, parts, facts.ip, now);
  if ('refused' in key) {
    if (key.of && key.refused !== 'unknown') calls.counted(key.of, key.refused);
    return { outcome: { refused: keyRefused(key.refused, isSent) }, limitHeaders: {} };
  }
  uses.used(key.keyId, facts, now);
  const { wait, headers } = limits.take(key.id, key.perMinute, performance.now());
  calls.counted(key, wait === null ? 'let-through' : 'rate');
  return { outcome: wait === null ? { key } : { refused: tooMany(wait) }, limitHeaders: headers };
}
