import type { Refusal } from '../../../core/access/refusal';
import { findApplicationByNameKey } from '../../db/tables/applications-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { Decision } from '../write-path/mutation';
import { nameTaken } from '../write-path/name-taken';
import { tidyNetworks } from '../write-path/networks';

/** The refusal for an application's name that is taken, or looks like one that is; null when it is free. */
export function applicationNameTaken(
  tx: AuditedTransaction,
  name: string,
  exceptId?: string
): Promise<Refusal | null> {
  return nameTaken(name, (key) => findApplicationByNameKey(tx, key), exceptId);
}

/**
 * The refusal for somebody who cannot answer for an application; null for an active administrator, who is declared or
 * acts.
 */
export function notASteward({ actor, kind, stewards }: Decision, id: string): Refusal | null {
  const person = stewards.get(id);
  const acts = kind === 'administrator' && id === actor.id;
  return acts || (person?.status === 'active' && person.deletedAt === null)
    ? null
    : { code: 'input/invalid', field: 'stewardId', message: 'The steward must be an active administrator.' };
}

/** Addresses and networks as they are stored, or the refusal for what is none. */
export function readAllowlist(networks: readonly string[]): { networks: string[] } | { refused: Refusal } {
  const { networks: tidy, wrong } = tidyNetworks(networks);
  if (wrong === null) return { networks: tidy };
  const message = `“${wrong}” is not an address or network.`;
  return { refused: { code: 'input/invalid', field: 'allowlist', message } };
}
