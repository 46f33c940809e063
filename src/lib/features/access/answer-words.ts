import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { permissionName } from '$lib/core/wording/permissions';
import type { AccessQuery, AccessSubject } from '$lib/shared/access/access-query';
import { counted } from '$lib/ui/counted';
import type { AccessAnswers } from './access-answers.svelte';
import type { AskedAnswer } from './asked-lately.svelte';

type Answers = Pick<AccessAnswers, 'can' | 'who' | 'what' | 'changes'>;
type Known = { nameOf: (subject: AccessSubject) => string; catalogue: CatalogueIndex };

/** Name of who was asked about, as the answer to this question says it; null: it does not. */
export function answeredName({ question }: AccessQuery, { can, changes }: Answers): string | null {
  if (question === 'can') return valueOf(can)?.subject?.name ?? null;
  return question === 'since' ? (valueOf(changes)?.subject.name ?? null) : null;
}

/** Whoever has no name here, by the address they were asked about with; an ID says nothing to anybody. */
export function unnamed({ type, id }: AccessSubject): string {
  if (id.includes('@')) return id;
  return { administrator: 'this person', application: 'this application', user: 'this user' }[type];
}

/** A question in a line, with what was answered; null: it has no answer. */
export function answerOf(
  { question, subject, permission }: AccessQuery,
  answers: Answers,
  { nameOf, catalogue }: Known
): AskedAnswer | null {
  const name = subject ? nameOf(subject) : '';
  const action = permission === null ? '' : permissionName(catalogue, permission);
  const withCount = (words: string, count: number) => ({
    words,
    answer: counted(count),
    decision: null
  });
  if (question === 'can') {
    const decision = valueOf(answers.can)?.decision;
    if (decision === undefined) return null;
    return { words: `Can ${name} do ${action}?`, answer: decision ? 'Yes' : 'No', decision };
  }
  if (question === 'who') {
    const who = valueOf(answers.who);
    return (
      who && withCount(`Who can do ${action}?`, who.people.total + who.applications.total + who.users.total)
    );
  }
  if (question === 'what') {
    const what = valueOf(answers.what);
    return what && withCount(`What can ${name} do?`, what.permissions.length);
  }
  const changes = valueOf(answers.changes);
  return changes && withCount(`What changed for ${name}?`, changes.gained.length + changes.lost.length);
}

function valueOf<T>({ value, problem }: { value: T | null; problem: unknown }): T | null {
  return problem === null ? value : null;
}
