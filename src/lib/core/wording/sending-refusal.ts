import type { Binding } from '../quotas/binding';
import { CAPS } from '../quotas/caps';

/** Longest text of an SMTP answer that we give, in characters. */
const MOST = 200;
const LONGEST_NAME = 40;

/** Refusal to send, with all that whoever was refused is to be told. */
export type SendingRefusal = {
  why:
    | { reason: 'cap' }
    | { reason: 'unknown-subject' | 'deactivated' | 'closed' }
    | { reason: 'suspended'; until?: string }
    | { reason: 'paused'; pause: { subject: string; reason: string; until: string | null; by: string } };
  /** Null: whoever asked may send nothing at all. */
  binding: Binding | null;
  sender: { name: string; zone: string };
  /** Units that were asked for. */
  units: number;
};

/** Names of caps that are not the sender's own, by whose they are. */
const OWNERS = { platform: 'cap of the platform', package: 'cap of the package' };

/**
 * An SMTP answer: code, enhanced code, and in ASCII which cap, whose, and when it is free again (QUO-5). Temporary
 * (4xx) for what frees itself or what an operator has to look at; permanent (5xx) where no wait helps.
 */
export function smtpRefusal(refusal: SendingRefusal): string {
  const { permanent, text } = wordsOf(refusal);
  return `${permanent ? '550 5.7.1' : '451 4.7.1'} ${text}`.slice(0, MOST);
}

function wordsOf({ why, binding, sender, units }: SendingRefusal): { permanent: boolean; text: string } {
  const name = ascii(sender.name, LONGEST_NAME);
  const moment = (iso: string) => momentIn(sender.zone, iso);
  switch (why.reason) {
    case 'unknown-subject':
      return { permanent: false, text: `No sender is known as ${name}` };
    case 'suspended':
      return why.until === undefined
        ? { permanent: true, text: `${name} is suspended and may not send` }
        : { permanent: false, text: `${name} is suspended, free again ${moment(why.until)}` };
    case 'closed':
      return { permanent: true, text: `The account of ${name} is closed` };
    case 'deactivated':
      return { permanent: true, text: `${name} is deactivated and may not send` };
    case 'paused': {
      const { subject, reason, until, by } = why.pause;
      const whose = subject === 'platform' ? 'All sending' : `Sending of ${name}`;
      const end = until === null ? '' : `, free again ${moment(until)}`;
      const text = `${whose} is paused by ${ascii(by, LONGEST_NAME)}${end}: ${ascii(reason, 80)}`;
      return { permanent: until === null && subject !== 'platform', text };
    }
    case 'cap': {
      if (!binding) return { permanent: false, text: `${name} has reached a cap` };
      const { label } = CAPS.find(({ id }) => id === binding.cap)!;
      const owner = OWNERS[binding.source as keyof typeof OWNERS] ?? 'own cap';
      // A total is nobody's: whoever is refused is not the one who reached it.
      const whose = binding.layer === 'platform' ? 'everyone' : `${name} (${owner})`;
      const cap = `${label} ${binding.limit} of ${whose}`;
      // No day has room for more than the cap itself.
      if (binding.limit === 0) return { permanent: true, text: `${cap}: may not send` };
      if (binding.limit !== 'unlimited' && units > binding.limit)
        return { permanent: true, text: `${cap}: ${units} recipients at once are too many` };
      const end = binding.resetsAt === null ? '' : `, free again ${moment(binding.resetsAt)}`;
      if (binding.smooth) return { permanent: false, text: `${cap} is spread evenly${end}` };
      const left =
        binding.remaining === 0 ? 'is reached' : `has ${binding.remaining} left for ${units} recipients`;
      return { permanent: false, text: `${cap} ${left}${end}` };
    }
  }
}

/** `2026-04-02 00:00 GMT+2`, where the sender's days begin. */
function momentIn(zone: string, iso: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZoneName: 'short' }
  }).formatToParts(new Date(iso));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')} ${ascii(of('timeZoneName'), 10)}`;
}

/**
 * The text in letters that every mail server passes on: accents are left out, other scripts become question marks,
 * lines become one.
 */
function ascii(text: string, most: number): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]+/g, '?');
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}
