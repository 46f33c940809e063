import type { SecretVoid } from '$lib/core/administrators/activation';

/** Instructions for a first sign-in: told once, to whoever added the person (ADM-6). */
export type Instructions = {
  id: string;
  name: string;
  email: string;
  /** The invitation; null: an initial password was set, which is not kept anywhere. */
  link: string | null;
  /** The same is on its way to them by mail. */
  mailed: boolean;
  /** Reason the link is not mailed although mail is set up; null when none. */
  linkWithheld: SecretVoid | null;
};

/** Ready to be pasted into a message. */
export function instructionsText({ name, email, link }: Instructions, origin: string): string {
  const way =
    link === null
      ? [
          `Address: ${origin}/sign-in`,
          `Email: ${email}`,
          'Password: the initial password you received separately.'
        ]
      : [`Email: ${email}`, `Choose your password here: ${link}`, `After that, sign in at ${origin}/sign-in`];
  return [`${name}, how to sign in:`, ...way, 'It works once and expires after 72 hours.'].join('\n');
}
