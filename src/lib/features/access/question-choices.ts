import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { SUBJECT_KINDS } from '$lib/core/access/decisions/view';
import { permissionName } from '$lib/core/wording/permissions';
import type { AccessQuery, AccessSubject } from '$lib/shared/access/access-query';
import { isSpan } from '$lib/shared/access/access-query';
import { clockOptions } from '$lib/ui/clock-options';
import { counted } from '$lib/ui/counted';
import { naturalOrder } from '$lib/ui/natural-order';

/** Choice for a blank of the question. */
export type Choice = { value: string; label: string; hint?: string | undefined };

type Named = { id: string; name: string };

/** A subject as a choice's value, and back. */
export const subjectValue = ({ type, id }: AccessSubject): string => `${type}:${id}`;

export function subjectOfValue(value: string): AccessSubject {
  const [kind, id] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
  return { type: SUBJECT_KINDS.find((each) => each === kind) ?? 'administrator', id };
}

/** Chosen, the address or the id of a user is typed. */
export const SOME_USER: Choice = { value: 'user:', label: 'A user…', hint: 'By address or ID' };

/** Everybody who can be asked about, people first, oneself before them. */
export function subjectChoices(
  me: Named,
  people: readonly (Named & { email: string })[],
  applications: readonly Named[]
): Choice[] {
  const byName = (a: Named, b: Named) => naturalOrder(a.name, b.name);
  const others = people.filter(({ id }) => id !== me.id).sort(byName);
  return [
    { value: `administrator:${me.id}`, label: me.name, hint: 'You' },
    ...others.map(({ id, name, email }) => ({ value: `administrator:${id}`, label: name, hint: email })),
    ...[...applications]
      .sort(byName)
      .map(({ id, name }) => ({ value: `application:${id}`, label: name, hint: 'Application' })),
    SOME_USER
  ];
}

export function permissionChoices(catalogue: CatalogueIndex): Choice[] {
  return catalogue.ids.map((id) => ({ value: id, label: permissionName(catalogue, id) }));
}

const SPAN_WORDS = {
  day: '24 hours ago',
  week: '7 days ago',
  month: '30 days ago',
  quarter: '90 days ago'
} as const;

/** Spans; and what the address says, where it is none. */
export function sinceChoices(since: AccessQuery['since']): Choice[] {
  const spans = Object.entries(SPAN_WORDS).map(([value, label]) => ({ value, label }));
  return isSpan(since) ? spans : [{ value: String(since), label: sinceWords(since) }, ...spans];
}

/** "7 days ago", "entry 4,711", "29 Nov 2026, 09:00". */
export function sinceWords(since: AccessQuery['since'], locale?: string): string {
  if (typeof since === 'number') return `entry ${counted(since, locale)}`;
  if (isSpan(since)) return SPAN_WORDS[since];
  const format = { day: 'numeric', month: 'short', year: 'numeric', ...clockOptions(locale) } as const;
  return new Intl.DateTimeFormat(locale, format).format(new Date(since));
}
