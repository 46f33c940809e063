import { SUBJECT_KINDS, type SubjectKind } from '$lib/core/access/decisions/view';
import { queryString, type AddressFormat } from '$lib/ui/address-state.svelte';

/** Subject of the question. */
export type AccessSubject = { type: SubjectKind; id: string };

const QUESTIONS = ['can', 'who', 'what', 'since'] as const;
export type AccessQuestion = (typeof QUESTIONS)[number];

/** Spans back from now, in milliseconds. */
export const SPANS = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  quarter: 90 * 86_400_000
} as const;
export type Span = keyof typeof SPANS;

/** Question in the address of the Access page (DEC-7). */
export type AccessQuery = {
  question: AccessQuestion;
  subject: AccessSubject | null;
  permission: string | null;
  /** Back from now, from a moment (ISO 8601), or after an entry of the log, by its number. */
  since: Span | number | string;
};

const DEFAULT: Span = 'week';
const LONGEST_ID = 254;

/**
 * The query in the address: `?ask=can&subject=administrator:<id>&permission=<id>&since=week`. What makes no sense is
 * left out.
 */
export const accessQueryFormat: AddressFormat<AccessQuery> = {
  parse: (params) => ({
    question: QUESTIONS.find((each) => each === params.get('ask')) ?? 'can',
    subject: subjectOf(params.get('subject') ?? ''),
    permission: /^[a-z0-9_]+(\.[a-z0-9_]+)+$/.exec(params.get('permission') ?? '')?.[0] ?? null,
    since: sinceOf(params.get('since'))
  }),
  format({ question, subject, permission, since }) {
    const params = new URLSearchParams();
    if (question !== 'can') params.set('ask', question);
    if (subject) params.set('subject', `${subject.type}:${subject.id}`);
    if (permission) params.set('permission', permission);
    if (since !== DEFAULT) params.set('since', String(since));
    return params;
  }
};

/** The address of a question. */
export function accessHref(query: Partial<AccessQuery>): string {
  const whole = { question: 'can', subject: null, permission: null, since: DEFAULT, ...query } as const;
  return `/access${queryString(accessQueryFormat.format(whole))}`;
}

/** Value of a procedure's `since` input; a span becomes the ISO 8601 time that far before `now`, in ms since 1970. */
export function sinceInput(since: AccessQuery['since'], now: number): string | number {
  return isSpan(since) ? new Date(now - SPANS[since]).toISOString() : since;
}

export function isSpan(since: AccessQuery['since']): since is Span {
  return typeof since === 'string' && Object.hasOwn(SPANS, since);
}

function subjectOf(text: string): AccessSubject | null {
  const [, kind, id] = /^([a-z]+):(.+)$/.exec(text.replaceAll('\0', '')) ?? [];
  const type = SUBJECT_KINDS.find((each) => each === kind);
  return type === undefined || id === undefined || id.length > LONGEST_ID ? null : { type, id };
}

function sinceOf(text: string | null): AccessQuery['since'] {
  if (text === null) return DEFAULT;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (isSpan(text)) return text;
  const at = Date.parse(text);
  return Number.isNaN(at) ? DEFAULT : new Date(at).toISOString();
}
