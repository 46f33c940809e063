import type { Refusal } from '../../../core/access/refusal';
import { nameKey } from '../../../core/text/names';
import { findAdministrator } from '../../db/tables/administrators-table';
import { findApplicationByNameKey } from '../../db/tables/applications-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { tidyNetworks } from '../account/networks';

/** The refusal for a name that is taken, or looks like one that is; null when it is free. */
export async function applicationNameTaken(
  tx: AuditedTransaction,
  name: string,
  exceptId?: string
): Promise<Refusal | null> {
  const key = nameKey(name);
  if (key === '')
    return { code: 'input/invalid', field: 'name', message: 'The name has no visible characters.' };
  const taken = await findApplicationByNameKey(tx, key);
  return taken && taken.id !== exceptId
    ? { code: 'input/taken', field: 'name', looksLike: taken.name }
    : null;
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
