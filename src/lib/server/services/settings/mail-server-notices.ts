import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { membersOf } from '../../db/tables/administrators-table';
import type { Notice } from '../write-path/notices';
import type { Decision } from '../write-path/mutation';
import { readSection } from '../stored-settings/read-section';
import type { StoredSection } from '../stored-settings/stored-section';

const MOST_SUPERS = 1000;

/**
 * Tells the owner and every Super Administrator that mail goes elsewhere now (OWN-3), through the server of before:
 * whoever changed it may be able to read what goes through the new one, or drop it.
 */
export async function mailServerNotices(
  { tx, actor }: Pick<Decision, 'tx' | 'actor'>,
  { values, passwordSealed }: StoredSection<'mail'>
): Promise<Notice[]> {
  const now = await readSection(tx, 'mail');
  const data = { by: actor.name, from: placeOf(values), to: placeOf(now) };
  const supers = (await membersOf(tx, SUPER_ADMINISTRATOR, MOST_SUPERS)).filter(
    ({ status, activationExpiresAt }) => status === 'active' && activationExpiresAt === null
  );
  const through = values.host === '' ? null : { ...values, passwordSealed };
  return supers.map((to) => ({ to, kind: 'mail-server-changed', data, through }));
}

function placeOf({ host, port }: { host: string; port: number }): string | null {
  return host === '' ? null : `${host}:${port}`;
}
