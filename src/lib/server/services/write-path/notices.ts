import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { AccountKind, AccountRef } from '../../../core/sign-in/account';
import { NOTICES, type NoticeData, type NoticeKind } from '../../../core/settings/notices';
import { insertMails } from '../../db/tables/mails-table';
import { insertNotices } from '../../db/tables/notices-table';
import { heldBy } from '../../db/schema/holder';
import { notifyNews } from '../../db/driver/notify';
import type { StoredMailServer } from '../../db/schema/notices';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { readSection } from '../stored-settings/read-section';

/** Something to tell somebody, with the change that is its reason. */
export type Notice = {
  /** Whom; without a kind an administrator. */
  to: { id: string; email: string; kind?: AccountKind };
  kind: NoticeKind;
  data: NoticeData;
  /** No mail, although this kind of notice goes by mail. */
  onScreenAlone?: boolean;
  /** The mail server to go through in place of the present one; null: no mail. */
  through?: StoredMailServer | null;
  /** The same person is told the same once, however often it is asked for: what makes it the same. */
  once?: string;
};

/** Tells people, on screen and by mail where that is set up, when this transaction commits. */
export async function sendNotices(tx: AuditedTransaction, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const onScreen = notices.filter(({ kind }) => NOTICES[kind] !== 'mail');
  await insertNotices(
    tx,
    onScreen.map((notice) => ({
      id: idOf(notice),
      ...heldBy(toOf(notice)),
      kind: notice.kind,
      data: notice.data
    }))
  );
  await notifyNews(
    tx,
    onScreen.map(({ to }) => to.id)
  );
  const forMail = notices.filter(
    ({ kind, onScreenAlone, through }) => NOTICES[kind] !== 'screen' && !onScreenAlone && through !== null
  );
  if (forMail.length === 0) return;
  const isSetUp = (await readSection(tx, 'mail')).host !== '';
  const byMail = forMail.filter(({ through }) => isSetUp || through !== undefined);
  await insertMails(
    tx,
    byMail.map((notice) => ({
      id: idOf(notice),
      ...heldBy(toOf(notice)),
      address: notice.to.email,
      kind: notice.kind,
      data: notice.data,
      server: notice.through ?? null
    }))
  );
}

function toOf({ to: { kind = 'administrator', id } }: Notice): AccountRef {
  return { kind, id };
}

function idOf({ to, once }: Notice): string {
  return once === undefined ? randomUUID() : uuidv5(once, to.id);
}
