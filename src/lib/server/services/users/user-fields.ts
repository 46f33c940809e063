import type { Refusal } from '../../../core/access/refusal';
import type { Queryable } from '../../db/driver/client';
import { readsZoneAlike } from '../settings/database-zone';
import { tidyNetworks } from '../write-path/networks';

/** Addresses and networks as they are stored, or the refusal for what is none. Undefined: nothing is asked. */
export function readNetworks(
  networks: readonly string[] | undefined
): { networks: string[] | undefined } | { refused: Refusal } {
  if (networks === undefined) return { networks };
  const { networks: tidy, wrong } = tidyNetworks(networks);
  return wrong === null
    ? { networks: tidy }
    : invalid('ipAllowlist', `“${wrong}” is not an address or network.`);
}

/** The refusal for a time zone that the database takes for another one; null: there is none. */
export async function unknownZone(
  tx: Queryable,
  zone: string | null | undefined
): Promise<{ refused: Refusal } | null> {
  if (await readsZoneAlike(tx, zone ?? undefined)) return null;
  return invalid(
    'timeZone',
    `The database does not know ${zone}, or takes it for another time. Choose a city, such as Europe/Berlin.`
  );
}

function invalid(field: string, message: string): { refused: Refusal } {
  return { refused: { code: 'input/invalid', field, message } };
}
