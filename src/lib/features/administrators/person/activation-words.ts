import type { SecretVoid } from '$lib/core/administrators/activation';

/** Why a link or an initial password opens nothing, for those who may make another. */
export function voidWords({ why, by }: SecretVoid): string {
  switch (why) {
    case 'maker-weaker':
      return `${by ?? 'Somebody'} knows the one before and may not do all that this account may do.`;
    case 'maker-gone':
      return `${by ?? 'Somebody'}, who knows the one before, was suspended or deactivated since.`;
    case 'unknown-maker':
      return 'Nobody knows any more who made the one before.';
  }
}

/** Why a link is not sent by mail although mail is set up. */
export function withheldWords({ why, by }: SecretVoid): string {
  switch (why) {
    case 'maker-weaker':
      return `Not mailed: ${by ?? 'somebody'} set the mail server and may not do all that this account may do.`;
    case 'maker-gone':
      return `Not mailed: ${by ?? 'somebody'} set the mail server and is not active any more.`;
    case 'unknown-maker':
      return 'Not mailed: nobody knows who set the mail server. A Super Administrator can save it anew.';
  }
}

/** What suspending or deleting somebody does to what they gave out; null when nothing is open. */
export function secretsEndWords(open: number): string | null {
  if (open === 0) return null;
  return open === 1
    ? 'One link or initial password that they gave out and nobody used yet stops working.'
    : `${open} links or initial passwords that they gave out and nobody used yet stop working.`;
}

/** How many need a new link after a change of what they may do; null when nobody does. */
export function newLinkWords(people: number): string | null {
  if (people === 0) return null;
  return people === 1
    ? 'Whoever made the open link or initial password may do less now: a new one is needed.'
    : `The open links or initial passwords of ${people} people are void now: they need new ones.`;
}
