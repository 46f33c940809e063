import type { Me } from '$lib/client/api/who-am-i';
import { counted } from '$lib/ui/counted';

export type Notice = Me['notices'][number];

/**
 * A notice in words. `line` is what stands where there is room for one line. `urgent`: it may be somebody else's
 * doing and can still be stopped, so it also stands above every page; what one did oneself never is.
 */
export type NoticeWords = { title: string; line: string; text: string; urgent: boolean };

/** A notice and its words. */
export type SpokenNotice = Notice & { words: NoticeWords };

/** Notices with their words, without those that have none. */
export function spoken(notices: readonly Notice[]): SpokenNotice[] {
  return notices.flatMap((notice) => {
    const words = noticeWords(notice);
    return words ? [{ ...notice, words }] : [];
  });
}

/** The first of these that stands above every page; null: none does. */
export function urgentOf(notices: readonly Notice[]): SpokenNotice | null {
  return spoken(notices).find(({ words }) => words.urgent) ?? null;
}

const exact = (at: string | null | undefined) =>
  !at ? 'soon' : new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** "Daily limit: 80 of 100.", and what can be done; of a cap that is only watched, that nothing need be. */
function capText({ cap, used, limit, watched }: Notice['data'], command = ''): string {
  const line = `${cap ?? 'A cap'}: ${counted(Number(used))} of ${counted(Number(limit))}.`;
  const more = watched ? 'It is only watched: what is beyond it would have been stopped.' : command;
  return more === '' ? line : `${line} ${more}`;
}

/** Says a notice. Kinds that go by mail alone have no words here. In one piece: a sentence for each kind of notice. */
export function noticeWords({ kind, data }: Pick<Notice, 'kind' | 'data'>): NoticeWords | null {
  const by = data['by'] ?? 'The system';
  const from = !data['ip'] ? '' : ` from ${data['ip']}`;
  const words = (title: string, text: string, urgent = false, line = title): NoticeWords => ({
    title,
    line,
    text,
    urgent
  });
  const notYou = 'If this wasn’t you, change your password and end your other sessions.';
  switch (kind) {
    case 'first-steps':
      return words('Getting started', 'Home has a short list of what to do first.');
    case 'new-device':
      return words(
        'Sign-in from a new device',
        `${data['device'] ?? 'Unknown device'}${from}. ${notYou}`,
        data['place'] === 'new',
        `New sign-in, ${data['device']?.replace(/^U/, 'u') ?? 'unknown device'}`
      );
    case 'sign-in-after-failures':
      return words(
        'Someone tried your password',
        `There were ${data['failures'] ?? 'several'} failed attempts before your last sign-in. ${notYou}`,
        true
      );
    case 'many-sign-ins':
      return words(
        'Many sign-in attempts',
        'More than a hundred sign-ins a minute are being attempted. Those from addresses that keep trying are refused. The authentication log has the details.',
        true
      );
    case 'password-reset':
      return words('Your password was reset', `${by} did it. If you didn’t request this, talk to them.`);
    case 'password-changed':
      return words('Your password was changed', `It was changed${from}. ${notYou}`);
    case 'two-factor-enabled':
      return words('Two-factor sign-in is on', `It was set up${from}. ${notYou}`);
    case 'two-factor-disabled':
      return words('Two-factor sign-in is off', `It was turned off${from}. ${notYou}`);
    case 'two-factor-reset':
      return words(
        'Your second factor was reset',
        `${by} did it. If you didn’t request this, talk to them. Then set it up again.`,
        true
      );
    case 'two-factor-required':
      return words(
        'Two-factor sign-in is required',
        !data['from'] ? `${by} asks for it.` : `${by} asks for it from ${exact(data['from'])} on.`
      );
    case 'recovery-code-used':
      return words('A recovery code was used', `It was used${from}. ${notYou}`);
    case 'role-changed':
      return words(
        'Your role was changed',
        `${by} assigned you the role ${data['role'] ?? 'of another name'}.`
      );
    case 'email-changed':
      return words('Your address was changed', `You now sign in with ${data['email'] ?? 'another address'}.`);
    case 'sessions-revoked':
      return words('Your sessions were ended', `${by} signed you out.`);
    case 'reactivated':
      return words('Your account is active again', `${by} reactivated it.`);
    case 'key-made':
      return words(
        'A new API key of yours',
        `The key “${data['name'] ?? ''}” was created${from}. If this wasn’t you, revoke it, change your password and end your other sessions.`
      );
    case 'key-revoked':
      return words(
        'Your API key was revoked',
        `${by} revoked “${data['name'] ?? ''}”. Scripts that use it are refused.`
      );
    case 'key-leaked':
      return words(
        'A leaked API key was revoked',
        `Someone reported ${ownedKey(data)} as leaked. It no longer works. Find out where it was published, then create a new one.`,
        true
      );
    case 'application-key-made':
      return words(
        `A key of ${data['application'] ?? 'your application'} was ${data['rotated'] ? 'rotated' : 'created'}`,
        `${by} did it: “${data['name'] ?? ''}”. You answer for this application.`
      );
    case 'ownership-offered':
      return words('You were offered ownership', `${by} offered it, until ${exact(data['until'])}.`);
    case 'ownership-accepted':
      return words(
        'The owner has changed',
        `${data['to'] ?? 'Someone'} took it over from ${data['from'] ?? 'the former owner'}.`
      );
    case 'ownership-declined':
      return words('Ownership declined', `${by} declined. You are still the owner.`);
    case 'ownership-withdrawn':
      return words('The offer was withdrawn', `${by} withdrew the ownership offer.`);
    case 'ownership-expired':
      return words(
        'Your ownership offer expired',
        `${data['to'] ?? 'No one'} did not accept in time. You are still the owner.`
      );
    case 'security-settings-changed':
      return words('Security settings were changed', `${by} changed them.`);
    case 'mail-server-changed':
      return words(
        'The mail server was changed',
        `${by} changed it${data['from'] ? ` from ${data['from']}` : ''}${data['to'] ? ` to ${data['to']}` : ': mail is off'}. Whoever runs a mail server can read the mail it sends. If none of you asked for this, change it back.`,
        true
      );
    case 'activation-void':
      return words(
        'A void link or initial password was tried',
        `Someone tried to open the account of ${data['name'] ?? 'someone'} with it. Nothing was opened; the account needs a new link.`,
        true
      );
    case 'rescue':
      return words(
        'An account was rescued on the server',
        `Someone with access to the server used the rescue command${data['name'] ? ` on ${data['name']}` : ''}. The activity log has the details.`,
        true
      );
    case 'log-inconsistent':
      return words(
        'The log was changed',
        `${data['seen'] ?? 'More'} entries were seen and signed that the log of ${data['now'] ?? 'today'} does not continue. Either a backup was restored without being declared, or someone tampered with it. Tell whoever runs this server.`,
        true
      );
    case 'cap-near':
      return words(
        data['percent'] === '100'
          ? 'Your cap is used up'
          : `You have used ${data['percent'] ?? 'most'} % of a cap`,
        capText(data)
      );
    case 'cap-near-of':
      return words(
        data['percent'] === '100'
          ? `A cap of ${data['of'] === 'platform' ? 'everyone together' : (data['name'] ?? 'someone')} is used up`
          : `${data['of'] === 'platform' ? 'Everyone together' : (data['name'] ?? 'Someone')} has used ${data['percent'] ?? 'most'} % of a cap`,
        capText(data, data['of'] === 'platform' ? 'See Settings › Sending.' : 'You can raise it.')
      );
    case 'webhook-given-up':
      return words(
        'Cap alerts do not reach the webhook',
        `An alert was posted for a day and was not taken: ${data['problem'] ?? 'it did not answer.'} See Settings › Cap alerts.`
      );
    case 'signed-in-as':
      return words(
        `${by} signed in as you`,
        `They could look, and change nothing. The reason: ${data['reason'] ?? 'not given'}`
      );
    case 'handover-received':
      return words(
        `${by} sent you a change`,
        `It is about ${data['label'] ?? 'something'}. See Needs attention.`
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

/** "your key “Deploy”", "the key “Key” of Relay" */
function ownedKey(data: Notice['data']): string {
  const name = `key “${data['name'] ?? ''}”`;
  return data['application'] ? `the ${name} of ${data['application']}` : `your ${name}`;
}

/** A newer server may tell more than this page knows words for. */
function unknown(kind: never): NoticeWords {
  const title = 'Something about your account changed';
  return { title, line: title, text: `“${String(kind)}”`, urgent: false };
}
