import { MAIL_FIELDS, type MailField } from '../../../core/settings/settings';

/**
 * Authors of each field of the mail server since a Super Administrator last set it, by id; a field without an
 * entry is as it ships. Each of them may be able to read what the server carries.
 */
export type MailAuthors = Readonly<Partial<Record<MailField, readonly string[]>>>;

/** Fields that name where mail goes. */
const WHERE = MAIL_FIELDS.filter((field) => field !== 'password');

export type MailAuthorship = {
  id: string;
  /** Holds every right there is and will be: what they save is theirs alone. */
  superAdministrator: boolean;
  /** The fields that the edit names, whether their values change or stay. */
  named: readonly string[];
  /** Those whose values change. */
  changed: readonly string[];
};

/**
 * The authors after an edit. Whoever is no Super Administrator joins those before them: else two who plot would
 * clear each other. A Super Administrator takes over what they name, and with everything that says where mail goes
 * the whole, the password too.
 * @param before null: nobody knows who set it; it takes a Super Administrator's save of the whole to know again
 */
export function authorsAfter(
  before: MailAuthors | null,
  { id, superAdministrator, named, changed }: MailAuthorship
): MailAuthors | null {
  const whole = superAdministrator && WHERE.every((field) => named.includes(field));
  if (whole) return Object.fromEntries(MAIL_FIELDS.map((field) => [field, [id]]));
  if (before === null) return null;
  const own = MAIL_FIELDS.flatMap((field): [MailField, string[]][] => {
    if (superAdministrator && named.includes(field)) return [[field, [id]]];
    return changed.includes(field) ? [[field, [...new Set([...(before[field] ?? []), id])]]] : [];
  });
  return { ...before, ...Object.fromEntries(own) };
}

/** Everybody who set a field of the mail server; null: nobody knows who they are. */
export function mailReaders(authors: MailAuthors | null): string[] | null {
  return authors && [...new Set(Object.values(authors).flat())];
}
