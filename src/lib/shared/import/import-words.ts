import type { ImportLine } from './import-run.svelte';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { personRefusalText } from '$lib/core/wording/refusals';

const STATES: Record<ImportLine['state'], string> = {
  ready: 'Can be added',
  added: 'Added',
  wrong: 'Error',
  'not-sent': 'Not checked'
};

/** State of a row, in words. */
export function lineState({ state }: ImportLine): string {
  return STATES[state];
}

/** Problem with a row, in a sentence; "" when there is none. */
export function lineProblem({ problem }: ImportLine, catalogue: CatalogueIndex): string {
  if (problem === null) return '';
  if (typeof problem === 'string') return problem;
  return problem.code === 'input/invalid' ? problem.message : personRefusalText(problem, catalogue);
}
