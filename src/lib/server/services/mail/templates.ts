import type { NoticeData, NoticeKind } from '../../../core/settings/notices';
import { deviceName } from '../../auth/device-name';
import { CAP_TEMPLATES } from './cap-templates';
import { KEY_TEMPLATES } from './key-templates';
import { from, NOT_YOU, SOMEBODY, type MailFacts, type MailText, type Template } from './template-words';

const DEVICE_HINT =
  'If this wasn’t you, change your password immediately, end your other sessions under My account, and tell an administrator.';

/** Every kind of notice in words. */
const TEMPLATES: Record<NoticeKind, Template> = {
  invitation: ({ by = SOMEBODY }, { brand, origin, email, link }) => ({
    subject: `You are invited to ${brand}`,
    paragraphs: [
      `${by} created an account for you at ${brand} (${origin}). You sign in with ${email}.`,
      'Open the link to choose a password. It works once, expires after three days and is only for you: do not share it.'
    ],
    action: link === null ? undefined : { label: 'Choose a password', href: link }
  }),
  instructions: ({ by = SOMEBODY }, { brand, origin, email }) => ({
    subject: `Your account at ${brand}`,
    paragraphs: [
      `${by} created an account for you at ${brand}. You sign in with ${email} and the initial password that ${by} gives you.`,
      'The initial password expires after three days. You choose your own when you first sign in.'
    ],
    action: { label: 'Sign in', href: `${origin}/sign-in` }
  }),
  'password-reset': ({ by = SOMEBODY }, { brand, origin, link }) =>
    link === null
      ? {
          subject: `Your password at ${brand} was reset`,
          paragraphs: [
            `${by} reset your password and ended your sessions. Ask ${by} how to sign in again.`,
            NOT_YOU
          ],
          action: { label: 'Sign in', href: `${origin}/sign-in` }
        }
      : {
          subject: `Your password at ${brand} was reset`,
          paragraphs: [
            `${by} reset your password and ended your sessions. Open the link to choose a new one. It works once and expires after three days: do not share it.`,
            NOT_YOU
          ],
          action: { label: 'Choose a password', href: link }
        },
  'password-changed': ({ ip }, { brand, origin }) => ({
    subject: `Your password at ${brand} was changed`,
    paragraphs: [`Your password was changed${from(ip)}.`, DEVICE_HINT],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'two-factor-enabled': ({ ip }, { brand, origin }) => ({
    subject: `Two-factor sign-in is on at ${brand}`,
    paragraphs: [`Two-factor sign-in was turned on for your account${from(ip)}.`, DEVICE_HINT],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'two-factor-disabled': ({ ip }, { brand, origin }) => ({
    subject: `Two-factor sign-in is off at ${brand}`,
    paragraphs: [`Two-factor sign-in was turned off for your account${from(ip)}.`, DEVICE_HINT],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'two-factor-reset': ({ by = SOMEBODY }, { brand, origin }) => ({
    subject: `Your second factor at ${brand} was reset`,
    paragraphs: [
      `${by} removed your second factor and ended your sessions. Your password is unchanged.`,
      NOT_YOU
    ],
    action: { label: 'Sign in', href: `${origin}/sign-in` }
  }),
  'two-factor-required': ({ by = SOMEBODY, from: begins }, { brand, origin, moment }) => ({
    subject: `Two-factor sign-in is required at ${brand}`,
    paragraphs: [
      begins !== undefined
        ? `${by} requires two-factor sign-in of you from ${moment(begins)}. Set it up before then: it takes a minute and an authenticator app.`
        : `${by} requires two-factor sign-in of you. You will be asked to set it up when you next sign in: it takes a minute and an authenticator app.`
    ],
    action: { label: 'Set it up', href: `${origin}/account` }
  }),
  'recovery-code-used': ({ ip }, { brand, origin }) => ({
    subject: `A recovery code was used at ${brand}`,
    paragraphs: [
      `Someone signed in to your account with a recovery code${from(ip)}. It cannot be used again.`,
      DEVICE_HINT
    ],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'role-changed': ({ by = SOMEBODY, role = 'another one' }, { brand, origin }) => ({
    subject: `Your role at ${brand} was changed`,
    paragraphs: [`${by} assigned you the role ${role}. Your permissions have changed accordingly.`],
    action: { label: 'See what you can do', href: `${origin}/account` }
  }),
  'signed-in-as': ({ by = SOMEBODY, reason = 'none was given' }, { brand, origin }) => ({
    subject: `${by} signed in to your account at ${brand}`,
    paragraphs: [
      `${by} of ${brand} signed in to your account to look at it. Nothing can be changed in this way, and your password, second factor and keys cannot be seen.`,
      `The reason: ${reason}`
    ],
    action: { label: 'See your log', href: `${origin}/logs` }
  }),
  'email-changed': ({ by, email = 'another one' }, { brand }) => ({
    subject: `Your address at ${brand} was changed`,
    paragraphs: [
      by === undefined ? `Your address was changed to ${email}.` : `${by} changed your address to ${email}.`,
      'Messages go there from now on; this one is the last to this address.',
      NOT_YOU
    ]
  }),
  'first-steps': (_, { brand, origin }) => ({
    subject: `Getting started with ${brand}`,
    paragraphs: ['Home has a short list of what to do first.'],
    action: { label: 'Open Home', href: `${origin}/` }
  }),
  'sessions-revoked': ({ by = SOMEBODY }, { brand, origin }) => ({
    subject: `You were signed out of ${brand}`,
    paragraphs: [`${by} ended your sessions. You can sign in again.`],
    action: { label: 'Sign in', href: `${origin}/sign-in` }
  }),
  suspended: ({ by = SOMEBODY }, { brand }) => ({
    subject: `Your account at ${brand} is suspended`,
    paragraphs: [`${by} suspended your account. You cannot sign in until it is reactivated; nothing is lost.`]
  }),
  reactivated: ({ by = SOMEBODY }, { brand, origin }) => ({
    subject: `Your account at ${brand} is active again`,
    paragraphs: [`${by} reactivated your account.`],
    action: { label: 'Sign in', href: `${origin}/sign-in` }
  }),
  deactivated: ({ by = SOMEBODY }, { brand }) => ({
    subject: `Your account at ${brand} is closed`,
    paragraphs: [`${by} closed your account. What you did there stays in its log under your name.`]
  }),
  'new-device': ({ userAgent = null, ip }, { brand, origin }) => ({
    subject: `New sign-in at ${brand}`,
    paragraphs: [
      `Someone signed in to your account on a device that is new to it: ${deviceName(userAgent) || 'unknown'}${from(ip)}.`,
      DEVICE_HINT
    ],
    action: { label: 'My sessions', href: `${origin}/account` }
  }),
  'sign-in-after-failures': ({ failures = 'several' }, { brand, origin }) => ({
    subject: `Sign-in after failed attempts at ${brand}`,
    paragraphs: [
      `Someone signed in to your account after ${failures} attempts with a wrong password.`,
      DEVICE_HINT
    ],
    action: { label: 'My sessions', href: `${origin}/account` }
  }),
  'many-sign-ins': (_, { brand, origin }) => ({
    subject: `Many sign-in attempts at ${brand}`,
    paragraphs: [
      `More than a hundred sign-ins a minute are being attempted at ${brand}. Those from addresses that keep trying are refused.`,
      'People can sign in as usual from a browser they have used before. If it goes on, have the addresses blocked in front of the server.'
    ],
    action: { label: 'See the log', href: `${origin}/logs/authentication` }
  }),
  ...KEY_TEMPLATES,
  ...CAP_TEMPLATES,
  'ownership-offered': ({ by = SOMEBODY, until }, { brand, origin, moment }) => ({
    subject: `You have been offered ownership of ${brand}`,
    paragraphs: [
      `${by} offers you ownership of ${brand}. The owner can’t be removed by anyone else and receives the account’s notices.`,
      until === undefined ? 'You can accept for three days.' : `You can accept until ${moment(until)}.`
    ],
    action: { label: 'Accept or decline', href: `${origin}/account` }
  }),
  'ownership-accepted': ({ from: former = 'The former owner', to = SOMEBODY }, { brand, origin }) => ({
    subject: `The owner of ${brand} has changed`,
    paragraphs: [`${to} is the owner now. ${former} stays Super Administrator.`, NOT_YOU],
    action: { label: 'My account', href: `${origin}/account` }
  }),
  'ownership-declined': ({ by = SOMEBODY }, { brand }) => ({
    subject: `Ownership of ${brand} was declined`,
    paragraphs: [`${by} declined ownership. You are still the owner.`]
  }),
  'ownership-withdrawn': ({ by = SOMEBODY }, { brand }) => ({
    subject: `The ownership offer for ${brand} was withdrawn`,
    paragraphs: [`${by} withdrew the offer. Nothing has changed for you.`]
  }),
  'ownership-expired': ({ to = 'The person you chose' }, { brand }) => ({
    subject: `The ownership offer for ${brand} has expired`,
    paragraphs: [`${to} did not accept in time. You are still the owner and can offer it again.`]
  }),
  'security-settings-changed': ({ by = SOMEBODY, sections = '' }, { brand, origin }) => ({
    subject: `Security settings of ${brand} were changed`,
    paragraphs: [`${by} changed: ${sectionWords(sections)}.`, NOT_YOU],
    action: { label: 'See the settings', href: `${origin}/settings` }
  }),
  'mail-server-changed': ({ by = SOMEBODY, from: before, to }, { brand, origin }) => ({
    subject: `The mail server of ${brand} was changed`,
    paragraphs: [
      `${by} changed the mail server of ${brand}${before === undefined ? '' : ` from ${before}`}${to === undefined ? ': mail is off' : ` to ${to}`}. This message was sent through the previous server.`,
      'Whoever runs a mail server can read the mail it sends. If none of you asked for this, change it back and check the log.'
    ],
    action: { label: 'See the settings', href: `${origin}/settings` }
  }),
  'activation-void': ({ name = 'an account', by }, { brand, origin }) => ({
    subject: `A void link or initial password was tried at ${brand}`,
    paragraphs: [
      `Someone tried to open the account of ${name} with a link or an initial password that is void${by === undefined ? '' : `: ${by}, who knows it, has fewer permissions than the account`}.`,
      'Nothing was opened. If the account is waiting for its first sign-in, it needs a new link.'
    ],
    action: { label: 'See the log', href: `${origin}/logs/authentication` }
  }),
  rescue: ({ command = '', name = 'an account', user = 'unknown user' }, { brand, origin }) => ({
    subject: `Rescue on the server of ${brand}`,
    paragraphs: [
      `Someone with access to the server (${user}) used the rescue command: ${RESCUES[command] ?? command} for ${name}.`,
      'If none of you did this, someone else has access to the server.'
    ],
    action: { label: 'See the log', href: `${origin}/logs/activity` }
  }),
  'handover-received': ({ by = SOMEBODY, label = 'something' }, { brand, origin }) => ({
    subject: `${by} sent you a change at ${brand}`,
    paragraphs: [
      `${by} can’t make a change of ${label} and asks you to review it. You can apply it in your own name, or decline it.`
    ],
    action: { label: 'Review', href: `${origin}/attention` }
  }),
  'handover-applied': ({ by = SOMEBODY, label = 'something' }, { brand, origin }) => ({
    subject: `${by} applied your change at ${brand}`,
    paragraphs: [`${by} applied the change of ${label} that you sent.`],
    action: { label: 'See what you sent', href: `${origin}/attention` }
  }),
  'handover-declined': ({ by = SOMEBODY, label = 'something', note }, { brand, origin }) => ({
    subject: `${by} declined your change at ${brand}`,
    paragraphs: [
      `${by} declined the change of ${label} that you sent. Nothing was changed.`,
      ...(note === undefined ? [] : [`${by} wrote: ${note}`])
    ],
    action: { label: 'See what you sent', href: `${origin}/attention` }
  }),
  'log-inconsistent': ({ found = '', seen = 'more', now = 'others' }, { brand, origin }) => ({
    subject: `The log of ${brand} was changed`,
    paragraphs: [
      `${FINDERS[found] ?? 'A witness'} saw ${seen} entries of the log, signed. The log of ${now} entries that is there now does not continue them.`,
      'Either the database was restored from a backup without being declared, or someone tampered with it. Have the log verified on the server (npm run log:verify) and keep what is there before anyone cleans up.'
    ],
    action: { label: 'See the log', href: `${origin}/logs/activity` }
  })
};

const FINDERS: Record<string, string> = {
  browser: 'A browser',
  file: 'The record of checkpoints on the server',
  sequencer: 'The server'
};

const RESCUES: Record<string, string> = {
  'reset-password': 'a new password',
  'reset-2fa': 'second factor removed',
  'make-super': 'the role Super Administrator'
};

const SECTIONS: Record<string, string> = {
  twoFactor: 'the rule about two-factor sign-in',
  passwords: 'the rules for passwords',
  sessions: 'how long sessions last',
  keys: 'how long API keys work',
  retention: 'how long the log is kept'
};

/** The words of a notice as a mail. */
export function mailText(kind: NoticeKind, data: NoticeData, facts: MailFacts): MailText {
  const told = Object.entries(data).map(([key, value]) => [key, value ?? undefined] as const);
  return TEMPLATES[kind](Object.fromEntries(told), facts);
}

function sectionWords(sections: string): string {
  return sections
    .split(', ')
    .map((section) => SECTIONS[section] ?? section)
    .join(', ');
}
