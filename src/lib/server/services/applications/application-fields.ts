import type { Refusal } from '../../../core/access/refusal';
import { findAdministrator } from '../../db/tables/administrators-table';
import { findApplicationByNameKey } from '../../db/tables/applications-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
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

/** The refusal for somebody who cannot answer for an application; null for an active administrator. */
export async function notASteward(tx: AuditedTransaction, id: string): Promise<Refusal | null> {
  const person = await findAdministrator(tx, id);
  return person?.status === 'active'
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
