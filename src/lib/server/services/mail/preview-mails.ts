import { NOTICES, type NoticeData, type NoticeKind } from '../../../core/settings/notices';
import { readSection } from '../stored-settings/read-section';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { compose } from './compose';
import { momentIn } from './prepare';
import { mailText } from './templates';

/** A mail as it would be sent: to a made-up person, on a made-up occasion, with a link that opens nothing. */
export type MailPreview = { kind: string; subject: string; text: string };

const RECIPIENT = 'Sam Example';

/** Made-up occasion that most kinds of mail share. */
const OCCASION: NoticeData = {
  by: 'Alex Example',
  role: 'Support',
  email: 'new.address@example.com',
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  failures: '7',
  name: 'Sam Example',
  user: 'root',
  command: 'reset-password',
  sections: 'passwords, sessions',
  label: 'Support',
  note: 'Let us talk about this first.',
  reason: 'Ticket 2281',
  found: 'browser',
  seen: '4,210',
  now: '4,150',
  cap: 'Daily limit',
  percent: '80',
  used: '32,000',
  limit: '40,000',
  problem: 'it answered 500.'
};

const MOMENT = '2027-03-01T09:00:00.000Z';

/** Details that an occasion has besides, or says in another way, where a kind needs them. */
const BESIDES: Partial<Record<NoticeKind, NoticeData>> = {
  'two-factor-required': { from: MOMENT },
  'ownership-offered': { until: MOMENT },
  'ownership-accepted': { from: 'Sam Example', to: 'Alex Example' },
  'ownership-expired': { to: 'Alex Example' },
  'mail-server-changed': { from: 'smtp.old.example.com', to: 'smtp.example.com' },
  'key-made': { name: 'Nightly report' },
  'key-revoked': { name: 'Nightly report' },
  'key-leaked': { name: 'Nightly report' },
  'application-key-made': { name: 'Production', application: 'Partner portal' },
  'cap-near-of': { of: 'administrator' }
};

const MAILED = (Object.keys(NOTICES) as NoticeKind[]).filter((kind) => NOTICES[kind] !== 'screen');

/** Every mail that the installation sends, in its words of this moment. */
export function previewMails(deps: Deps, caller: Caller): Promise<RefusalOr<MailPreview[]>> {
  const question = { name: 'settings.previewMails', permission: 'settings.application.view' } as const;
  return ask<MailPreview[]>(deps, caller, question, async () => {
    const [{ name: brand }, { timeZone }] = await Promise.all([
      readSection(deps.db, 'branding'),
      readSection(deps.db, 'general')
    ]);
    const facts = {
      brand,
      origin: deps.origin,
      name: RECIPIENT,
      email: 'sam@example.com',
      link: `${deps.origin}/invitation#example`,
      moment: (iso: string) => momentIn(timeZone, iso)
    };
    return {
      answer: MAILED.map((kind) => {
        const text = mailText(kind, { ...OCCASION, ...BESIDES[kind] }, facts);
        return { kind, subject: text.subject, text: compose(text, { name: RECIPIENT, brand }).text };
      })
    };
  });
}
