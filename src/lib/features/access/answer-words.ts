import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { permissionName } from '$lib/core/wording/permissions';
import type { AccessQuery } from '$lib/shared/access/access-query';
import type { AccessAnswers } from './access-answers.svelte';
import type { AskedQuestion } from './asked-lately.svelte';

type Answers = Pick<AccessAnswers, 'can' | 'who' | 'what' | 'changes'>;
type Known = { nameOf: (id: string) => string; catalogue: CatalogueIndex };

/** A question in a line, with what was answered; null: it has no answer. */
export function answerOf(
  { question, subject, permission }: AccessQuery,
  answers: Answers,
  { nameOf, catalogue }: Known
): Omit<AskedQuestion, 'href'> | null {
  const name = subject ? nameOf(subject.id) : '';
  const action = permission === null ? '' : permissionName(catalogue, permission);
  const counted = (words: string, count: number) => ({
    words,
    answer: count.toLocaleString(),
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
      who && counted(`Who can do ${action}?`, who.people.total + who.applications.total + who.users.total)
    );
  }
  if (question === 'what') {
    const what = valueOf(answers.what);
    return what && counted(`What can ${name} do?`, what.permissions.length);
  }
  const changes = valueOf(answers.changes);
  return changes && counted(`What changed for ${name}?`, changes.gained.length + changes.lost.length);
}

function valueOf<T>({ value, problem }: { value: T | null; problem: unknown }): T | null {
  return problem === null ? value : null;
}
