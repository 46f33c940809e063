import type { Deps } from '../deps';
import { readSettingsRow } from '../../db/settings-table';
import { openMailPassword } from '../settings/mail-password';
import { storedSection } from '../settings/stored-section';
import type { MailServer } from './transport';

/**
 * The mail server as it is set up at this moment; null when there is none.
 * @throws SealBroken when its password was sealed with a key that is gone
 */
export async function mailServer(deps: Pick<Deps, 'db' | 'keyring'>): Promise<MailServer | null> {
  const { values, passwordSealed } = storedSection('mail', await readSettingsRow(deps.db, 'mail'));
  if (values.host === '') return null;
  const password = passwordSealed === null ? null : openMailPassword(deps.keyring, passwordSealed);
  return { ...values, password };
}
