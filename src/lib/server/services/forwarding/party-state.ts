import type { PartyState } from '../../../core/forwarding/handovers';
import type { AdministratorRow } from '../../db/tables/administrators-table';

/** State of a person at this moment, which says if they can take part in a hand-over. */
export function partyStateOf(row: AdministratorRow | undefined | null): PartyState {
  if (!row || row.deletedAt !== null || row.activationExpiresAt !== null) return 'gone';
  return row.status === 'suspended' ? 'suspended' : 'active';
}
