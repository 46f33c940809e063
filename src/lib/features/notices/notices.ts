import type { Me } from '$lib/client/api/who-am-i';

export type Notice = Me['notices'][number];

/** A notice in words. `urgent` ones also stand above every page until they are dismissed. */
export type NoticeWords = { title: string; text: string; urgent: boolean };

const exact = (at: string | null | undefined) =>
  !at ? 'soon' : new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Says a notice. Kinds that go by mail alone have no words here. */
export function noticeWords({ kind, data }: Pick<Notice, 'kind' | 'data'>): NoticeWords | null {
  const by = data['by'] ?? 'The system';
  const from = !data['ip'] ? '' : ` from ${data['ip']}`;
  const words = (title: string, text: string, urgent = false): NoticeWords => ({ title, text, urgent });
  const notYou = 'If that was not you, change your password and end the other sessions.';
  switch (kind) {
    case 'new-device':
      return words(
        'Sign-in from a new device',
        `${data['device'] ?? 'Unknown device'}${from}. ${notYou}`,
        true
      );
    case 'sign-in-after-failures':
      return words(
        'Somebody tried your password',
        `There were ${data['failures'] ?? 'several'} wrong tries before your last sign-in. ${notYou}`,
        true
      );
    case 'password-reset':
      return words(
        'Your password was reset',
        `${by} did it. If you did not ask for that, talk to them.`,
        true
      );
    case 'password-changed':
      return words('Your password was changed', `It was done${from}. ${notYou}`);
    case 'two-factor-enabled':
      return words('Two-factor sign-in is on', `It was set up${from}. ${notYou}`);
    case 'two-factor-disabled':
      return words('Two-factor sign-in is off', `It was turned off${from}. ${notYou}`, true);
    case 'two-factor-reset':
      return words(
        'Your second factor was reset',
        `${by} did it. If you did not ask for that, talk to them, and set it up again.`,
        true
      );
    case 'two-factor-required':
      return words(
        'Two-factor sign-in is required',
        !data['from'] ? `${by} asks for it.` : `${by} asks for it from ${exact(data['from'])} on.`
      );
    case 'recovery-code-used':
      return words('A recovery code was used', `It was used${from}. ${notYou}`, true);
    case 'role-changed':
      return words('Your role was changed', `${by} gave you the role ${data['role'] ?? 'of another name'}.`);
    case 'email-changed':
      return words('Your address was changed', `You sign in with ${data['email'] ?? 'another address'} now.`);
    case 'sessions-revoked':
      return words('Your sessions were ended', `${by} signed you out.`);
    case 'reactivated':
      return words('Your account is active again', `${by} reactivated it.`);
    case 'ownership-offered':
      return words('The ownership was offered to you', `${by} offered it, until ${exact(data['until'])}.`);
    case 'ownership-accepted':
      return words(
        'The account has another owner',
        `${data['to'] ?? 'Somebody'} took it over from ${data['from'] ?? 'the former owner'}.`,
        true
      );
    case 'ownership-declined':
      return words('The ownership was declined', `${by} said no. You are still the owner.`);
    case 'ownership-withdrawn':
      return words('The offer was withdrawn', `${by} took back the offer of the ownership.`);
    case 'ownership-expired':
      return words(
        'Your offer ran out',
        `${data['to'] ?? 'Nobody'} did not accept the ownership in time. You are still the owner.`
      );
    case 'security-settings-changed':
      return words('Security settings were changed', `${by} changed them.`);
    case 'mail-server-changed':
      return words(
        'The mail server was changed',
        `${by} changed it${data['from'] ? ` from ${data['from']}` : ''}${data['to'] ? ` to ${data['to']}` : ': mail is off'}. Whoever runs a mail server can read what it carries: if nobody of you asked for this, change it back.`,
        true
      );
    case 'activation-void':
      return words(
        'A void link or initial password was tried',
        `Somebody tried to open the account of ${data['name'] ?? 'somebody'} with it. Nothing was opened; the account needs a new link.`,
        true
      );
    case 'rescue':
      return words(
        'An account was rescued on the server',
        `Somebody with access to the server used the rescue command${data['name'] ? ` on ${data['name']}` : ''}. The activity log has the details.`,
        true
      );
    case 'log-inconsistent':
      return words(
        'The log was changed',
        `${data['seen'] ?? 'More'} entries were seen and signed that the log of ${data['now'] ?? 'today'} does not continue. Either a backup was restored and nobody said so, or somebody tampered with it: tell whoever runs this server.`,
        true
      );
    case 'handover-received':
      return words(
        `${by} handed you a change`,
        `It is about ${data['label'] ?? 'something'}, and waits under Needs attention.`
      );
    case 'handover-applied':
      return words('Your change was applied', `${by} applied the change of ${data['label'] ?? 'something'}.`);
    case 'handover-declined':
      return words(
        'Your change was declined',
        `${by} declined the change of ${data['label'] ?? 'something'}.${data['note'] ? ` ${by} wrote: ${data['note']}` : ''}`
      );
    case 'suspended':
    case 'deactivated':
    case 'invitation':
    case 'instructions':
      return null;
    default:
      return unknown(kind);
  }
}

/** A newer server may tell more than this page knows words for. */
function unknown(kind: never): NoticeWords {
  return { title: 'Something about your account changed', text: `“${String(kind)}”`, urgent: false };
}
