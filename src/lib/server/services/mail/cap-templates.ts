import type { NoticeKind } from '../../../core/settings/notices';
import type { Template, Told } from './template-words';

/** "Daily limit of Olga: 80 of 100." */
const capLine = ({ name = 'someone', cap = 'A cap', used = '?', limit = '?', of }: Told) =>
  `${cap} of ${of === 'platform' ? 'everyone together' : name}: ${used} of ${limit}.`;

const WATCHED = 'This cap is only watched: what is beyond it would have been stopped, and is sent.';
const STOPPED = 'What is beyond the cap waits or is refused.';

/** Sentence about sending beyond a cap, and what can be done about it. */
const beyond = ({ watched }: Told, action: string) => (watched ? WATCHED : `${STOPPED} ${action}`);

/** Page that shows whose cap it is. */
function pageOf({ of, id }: Told, origin: string): { label: string; href: string } {
  if (of === 'platform') return { label: 'See Sending', href: `${origin}/sending` };
  if (of === 'application' && id)
    return { label: 'See the application', href: `${origin}/applications/${id}` };
  if (of === 'user' && id) return { label: 'See the user', href: `${origin}/users/${id}` };
  return { label: 'See administrators', href: `${origin}/administrators${id ? `/${id}` : ''}` };
}

/** Templates of mails about caps that are nearly used up and about a webhook that fails. */
export const CAP_TEMPLATES = {
  'cap-near': (told, { brand, origin }) => ({
    subject: `You have used ${told['percent'] ?? 'most'} % of a cap at ${brand}`,
    paragraphs: [capLine(told), beyond(told, 'If you need more, ask an administrator to raise it.')],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'cap-near-of': (told, { brand, origin }) => ({
    subject: `${told['name'] ?? 'Someone'} has used ${told['percent'] ?? 'most'} % of a cap at ${brand}`,
    paragraphs: [
      capLine(told),
      beyond(
        told,
        told['of'] === 'platform' ? 'You can change it in the settings.' : 'You can raise it for a while.'
      )
    ],
    action: pageOf(told, origin)
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
