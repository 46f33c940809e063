import type { NoticeKind } from '../../../core/settings/notices';
import { findKnownAccount, type AccountRow } from '../../db/tables/accounts-table';
import type { MailRow } from '../../db/tables/mails-table';
import type { Deps } from '../write-path/deps';
import { invitationLink, invitationToken, isInvitation } from '../credentials/activation';
import { readSection } from '../stored-settings/read-section';
import { readWornBrand } from '../stored-settings/read-worn-brand';
import { compose } from './compose';
import { mailText } from './templates';
import { linkWithheld, withheldWords } from './link-withheld';
import type { SetMailServer } from './mail-server';
import { MailFailed, type OutgoingMail } from './transport';

/** A mail, and who may be able to read the link in it; without a link nobody of interest. */
export type PreparedMail = { mail: OutgoingMail; readers: string[] };

/**
 * Makes a mail of the queue ready to go, with the words and links of this moment; null when it has become pointless:
 * its person is gone, or the invitation it carries was used or replaced.
 * @throws MailFailed when it is nothing without its link, and the link may not go through this server
 */
export async function prepareMail(
  deps: Pick<Deps, 'db' | 'keyring' | 'origin' | 'catalogue' | 'grants'>,
  row: MailRow,
  server: Pick<SetMailServer, 'from' | 'readers'>
): Promise<PreparedMail | null> {
  const person = await findKnownAccount(deps.db, {
    kind: row.userId === null ? 'administrator' : 'user',
    id: row.holderId
  });
  if (!person) return null;
  const kind = row.kind as NoticeKind;
  // A link goes to the address of the account alone, not to one that was corrected meanwhile.
  const open =
    row.address === person.email ? openInvitation(deps, person, row.data['invitation'] ?? null) : null;
  if (kind === 'invitation' && open === null) return null;
  const withheld = open === null ? null : await linkWithheld(deps, deps.db, person, server.readers);
  const link = withheld === null ? open : null;
  if (kind === 'invitation' && withheld) throw new MailFailed(withheldWords(withheld));
  const [{ name: brand }, { timeZone }] = await Promise.all([
    readWornBrand(deps.db, person),
    readSection(deps.db, 'general')
  ]);
  const text = mailText(kind, row.data, {
    brand,
    origin: deps.origin,
    name: person.name,
    email: person.email,
    link,
    moment: (iso) => momentIn(timeZone, iso)
  });
  const mail = {
    to: row.address,
    from: { name: brand, address: server.from },
    subject: text.subject,
    ...compose(text, { name: person.name, brand })
  };
  return { mail, readers: link === null ? [] : (server.readers ?? []) };
}

/** The link of an invitation that can still be used. */
function openInvitation(
  deps: Pick<Deps, 'keyring' | 'origin'>,
  person: AccountRow,
  op: string | null
): string | null {
  const { id, activationHash, activationExpiresAt } = person;
  if (op === null || activationHash === null || activationExpiresAt === null) return null;
  if (activationExpiresAt.getTime() <= Date.now()) return null;
  if (!isInvitation(invitationToken(deps, id, op), activationHash)) return null;
  return invitationLink(deps, id, op);
}

/** A moment as a mail says it: "1 March 2027 at 10:00 (Europe/Berlin)". */
export function momentIn(timeZone: string, iso: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone
  })
    .format(new Date(iso))
    .concat(` (${timeZone})`);
}
