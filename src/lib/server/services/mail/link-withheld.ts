import type { SecretVoid } from '../../../core/administrators/activation';
import type { Queryable } from '../../db/driver/client';
import { readRoles } from '../../db/tables/roles-table';
import { readSettingsRow } from '../../db/tables/settings-table';
import { permissionsOf } from '../write-path/authority';
import type { Deps } from '../write-path/deps';
import { whoIsWeaker } from '../credentials/activation-makers';
import { mailReaders } from '../stored-settings/mail-authors';
import { storedSection } from '../stored-settings/stored-section';

type Account = { owner: boolean; roleId: string };

/**
 * Reason a link that opens this account may not go through a mail server: one of those who set it may do less than
 * the account (ACC-2).
 * @param readers those who set the server; null: nobody knows who they are
 */
export async function linkWithheld(
  deps: Pick<Deps, 'catalogue' | 'grants'>,
  tx: Queryable,
  { owner, roleId }: Account,
  readers: readonly string[] | null
): Promise<SecretVoid | null> {
  const [role] = await readRoles(tx, [roleId]);
  const permissions = role ? await permissionsOf(deps, tx, owner, role) : new Set<string>();
  return whoIsWeaker(deps, tx, { owner, permissions }, readers);
}

/**
 * Way of a new link to its account: by mail, or not, because no server is set up or because the link may not go
 * through the one that is.
 */
export async function wayOfLink(
  deps: Pick<Deps, 'catalogue' | 'grants'>,
  tx: Queryable,
  account: Account
): Promise<{ mailed: boolean; withheld: SecretVoid | null }> {
  const { values, authors } = storedSection('mail', await readSettingsRow(tx, 'mail'));
  if (values.host === '') return { mailed: false, withheld: null };
  const withheld = await linkWithheld(deps, tx, account, mailReaders(authors));
  return { mailed: withheld === null, withheld };
}

/** Words for the list of mails that wait, and for the program's log: they name nobody. */
export function withheldWords({ why }: SecretVoid): string {
  if (why === 'maker-weaker')
    return 'Its link is held back: who set the mail server may do less than the account.';
  return 'Its link is held back: it is not known who set up the mail server, or they are no longer active.';
}
