import { randomUUID } from 'node:crypto';
import { NOTICES, type NoticeData, type NoticeKind } from '../../core/notices';
import { insertMails } from '../db/mails-table';
import { insertNotices } from '../db/notices-table';
import type { AuditedTransaction } from '../db/transaction';
import { readSection } from './settings/read-section';

/** Something to tell somebody, with the change that is its reason. */
export type Notice = { to: { id: string; email: string }; kind: NoticeKind; data: NoticeData };

/** Tells people, on screen and by mail where that is set up, when this transaction commits. */
export async function tell(tx: AuditedTransaction, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const onScreen = notices.filter(({ kind }) => NOTICES[kind] !== 'mail');
  await insertNotices(
    tx,
    onScreen.map(({ to, kind, data }) => ({ id: randomUUID(), administratorId: to.id, kind, data }))
  );
  const byMail = notices.filter(({ kind }) => NOTICES[kind] !== 'screen');
  if (byMail.length === 0 || (await readSection(tx, 'mail')).host === '') return;
  await insertMails(
    tx,
    byMail.map(({ to, kind, data }) => ({
      id: randomUUID(),
      administratorId: to.id,
      address: to.email,
      kind,
      data
    }))
  );
}
