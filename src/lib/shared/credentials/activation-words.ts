import type { SecretVoid } from '$lib/core/administrators/activation';
import { counted } from '$lib/ui/counted';

/** Reason a link or an initial password is void, for those who may make another. */
export function voidWords({ why, by }: SecretVoid): string {
  switch (why) {
    case 'maker-weaker':
      return `${by ?? 'Someone'} knows the previous one and has fewer permissions than this account.`;
    case 'maker-gone':
      return `${by ?? 'Someone'}, who knows the previous one, has since been suspended or deactivated.`;
    case 'unknown-maker':
      return 'It is not known who created the previous one.';
  }
}

/** Reason a link is not sent by mail although mail is set up. */
export function withheldWords({ why, by }: SecretVoid): string {
  switch (why) {
    case 'maker-weaker':
      return `Not mailed: ${by ?? 'someone'} set up the mail server and has fewer permissions than this account.`;
    case 'maker-gone':
      return `Not mailed: ${by ?? 'someone'} set up the mail server and is no longer active.`;
    case 'unknown-maker':
      return 'Not mailed: it is not known who set up the mail server. A Super Administrator can save it again.';
  }
}

/**
 * Sentence on the unused links and initial passwords that end with the suspension or deletion of their issuer; null
 * when none is open.
 */
export function secretsEndWords(open: number): string | null {
  if (open === 0) return null;
  return open === 1
    ? 'One unused link or initial password that they issued stops working.'
    : `${counted(open)} unused links or initial passwords that they issued stop working.`;
}

/** Sentence on the number of people who need a new link after a permission change; null when nobody does. */
export function newLinkWords(people: number): string | null {
  if (people === 0) return null;
  return people === 1
    ? 'The person who created the unused link or initial password now has fewer permissions: a new one is needed.'
    : `The unused links or initial passwords of ${counted(people)} people are now void: they need new ones.`;
}
