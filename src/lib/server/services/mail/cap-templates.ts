import type { NoticeKind } from '../../../core/settings/notices';
import type { Template, Told } from './template-words';

/** "Daily limit of Olga: 80 of 100." */
const capLine = ({ name = 'somebody', cap = 'A cap', used = '?', limit = '?' }: Told) =>
  `${cap} of ${name}: ${used} of ${limit}.`;

/** What mails say of caps that are nearly used up. */
export const CAP_TEMPLATES = {
  'cap-near': (told, { brand, origin }) => ({
    subject: `You have used ${told['percent'] ?? 'most'} % of a cap at ${brand}`,
    paragraphs: [
      capLine(told),
      'What is beyond the cap waits or is refused. If you need more, ask an administrator to raise it.'
    ],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'cap-near-of': (told, { brand, origin }) => ({
    subject: `${told['name'] ?? 'Somebody'} has used ${told['percent'] ?? 'most'} % of a cap at ${brand}`,
    paragraphs: [capLine(told), 'What is beyond the cap waits or is refused. You can raise it for a while.'],
    action: { label: 'See administrators', href: `${origin}/administrators` }
  }),
  'webhook-given-up': (told, { brand, origin }) => ({
    subject: `Cap alerts do not reach the webhook of ${brand}`,
    paragraphs: [
      `An alert was posted for a day and was not taken: ${told['problem'] ?? 'it did not answer.'}`,
      'It is not posted again. The alert itself is in the activity log.'
    ],
    action: { label: 'Settings', href: `${origin}/settings#alerts` }
  })
} satisfies Partial<Record<NoticeKind, Template>>;
