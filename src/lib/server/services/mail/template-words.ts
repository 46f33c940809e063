// What all mails are made of.

/** Facts a mail may use besides its notice. */
export type MailFacts = {
  /** Name of the installation. */
  brand: string;
  /** The public origin: where to sign in. */
  origin: string;
  /** Whom it is for. */
  name: string;
  email: string;
  /** The invitation that belongs to it; null when there is none, or none any more. */
  link: string | null;
  /** A moment, as people of the installation read it. */
  moment: (iso: string) => string;
};

export type MailText = {
  subject: string;
  paragraphs: string[];
  /** Button of the mail. */
  action?: { label: string; href: string } | undefined;
};

export type Told = Readonly<Record<string, string | undefined>>;
export type Template = (told: Told, facts: MailFacts) => MailText;

/** Name for whoever did it, where a notice does not say. */
export const SOMEBODY = 'An administrator';

export const NOT_YOU = 'If you did not expect this, tell an administrator immediately.';

/** ", from 203.0.113.7"; nothing when the address is not known. */
export function from(ip: string | undefined): string {
  return ip === undefined ? '' : `, from ${ip}`;
}
