import { barredFromPerson } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import type { AdministratorRow } from '../../db/tables/administrators-table';
import type { Decision, Mutation, Outcome } from './mutation';
import { personState } from './person-state';

export type PersonActionInput = { op: string; id: string };

/** Parts of an action on one administrator; the phases are those of a mutation. */
export type PersonAction<I extends PersonActionInput, A, P = undefined, T = A> = Pick<
  Mutation<I, A, P, T>,
  'name' | 'permission' | 'sensitive' | 'by' | 'applications' | 'kept' | 'prepare' | 'told'
> & {
  /** Somebody deactivated can be meant as well. */
  includesDeactivated?: boolean;
  /** Asked in place of dominance, where the rules are others. */
  judge?(context: Decision, row: AdministratorRow, input: I): Promise<Refusal | null>;
  act(context: Decision, row: AdministratorRow, input: I, prepared: P): Promise<Outcome<A>>;
};

/**
 * An action on one administrator that takes a permission and dominance over them (ACC-2), nothing else: `act` is
 * asked when both are there.
 */
export function personAction<I extends PersonActionInput, A, P = undefined, T = A>(
  action: PersonAction<I, A, P, T>
): Mutation<I, A, P, T> {
  const { includesDeactivated = false, judge, act, ...phases } = action;
  return {
    ...phases,
    people: ({ id }) => [id],
    target: ({ id }) => ({ type: 'administrator', id }),
    async decide(context, input, prepared) {
      const row = context.people.get(input.id);
      if (!row || (row.deletedAt !== null && !includesDeactivated))
        return { refused: { code: 'not-found', what: 'administrator' } };
      const refused = judge
        ? await judge(context, row, input)
        : barredFromPerson(context.actor, await personState(context, row));
      return refused ? { refused } : act(context, row, input, prepared);
    }
  };
}

/** The entry's name for somebody. */
export function personTarget(row: { id: string; name: string }): { type: string; id: string; name: string } {
  return { type: 'administrator', id: row.id, name: row.name };
}
