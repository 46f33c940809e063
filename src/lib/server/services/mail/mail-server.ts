import type { Deps } from '../write-path/deps';
import { readSettingsRow } from '../../db/tables/settings-table';
import type { StoredMailServer } from '../../db/schema/notices';
import { mailReaders } from '../stored-settings/mail-authors';
import { openMailPassword } from '../settings/mail-password';
import { storedSection } from '../stored-settings/stored-section';
import type { MailServer } from './transport';

/**
 * A mail server with those who set it, who may be able to read what goes through it; null: nobody knows who they are.
 */
export type SetMailServer = MailServer & { readers: string[] | null };

/**
 * The mail server as it is set up at this moment; null when there is none.
 * @throws SealBroken when its password was sealed with a key that is gone
 */
export async function mailServer(deps: Pick<Deps, 'db' | 'keyring'>): Promise<SetMailServer | null> {
  const { values, passwordSealed, authors } = storedSection('mail', await readSettingsRow(deps.db, 'mail'));
  if (values.host === '') return null;
  return { ...opened(deps, { ...values, passwordSealed }), readers: mailReaders(authors) };
}

/** A server that was set up once. It carries no link: who set it is not remembered. */
export function formerServer(deps: Pick<Deps, 'keyring'>, stored: StoredMailServer): SetMailServer {
  return { ...opened(deps, stored), readers: null };
}

function opened(
  { keyring }: Pick<Deps, 'keyring'>,
  { passwordSealed, ...values }: StoredMailServer
): MailServer {
  return { ...values, password: passwordSealed === null ? null : openMailPassword(keyring, passwordSealed) };
}
