import type { NoticeKind } from '../../../core/settings/notices';
import { from, NOT_YOU, SOMEBODY, type Template } from './template-words';

/** Notices of API keys in words. */
export const KEY_TEMPLATES = {
  'key-made': ({ name = '', ip }, { brand, origin }) => ({
    subject: `New API key at ${brand}`,
    paragraphs: [
      `The API key “${name}” was created for your account${from(ip)}. Scripts can act as you with it.`,
      'If this wasn’t you, revoke it in your account, change your password and tell an administrator.'
    ],
    action: { label: 'My API keys', href: `${origin}/account` }
  }),
  'key-revoked': ({ by = SOMEBODY, name = '' }, { brand, origin }) => ({
    subject: `Your API key at ${brand} was revoked`,
    paragraphs: [`${by} revoked your API key “${name}”. Scripts that use it are refused.`],
    action: { label: 'My API keys', href: `${origin}/account` }
  }),
  'key-leaked': ({ name = '', application }, { brand, origin }) => ({
    subject: `A leaked API key of ${brand} was revoked`,
    paragraphs: [
      application === undefined
        ? `Someone reported your API key “${name}” as leaked. It no longer works.`
        : `Someone reported the API key “${name}” of ${application} as leaked. It no longer works.`,
      'Find out where it was published, look in the log for what was done with it, then create a new one.'
    ],
    action: { label: 'See the log', href: `${origin}/logs/activity` }
  }),
  'application-key-made': (
    { by = SOMEBODY, name = '', application = 'an application', rotated },
    { brand, origin }
  ) => ({
    subject: `${rotated === undefined ? 'New' : 'Rotated'} API key of ${application} at ${brand}`,
    paragraphs: [
      `${by} ${rotated === undefined ? 'created' : 'rotated'} the API key “${name}” of ${application}. You answer for this application.`,
      NOT_YOU
    ],
    action: { label: 'See the applications', href: `${origin}/applications` }
  })
} satisfies Partial<Record<NoticeKind, Template>>;
