import { barredFromPerson } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import type { AdministratorRow } from '../../db/tables/administrators-table';
import type { Decision, Mutation, Outcome } from './mutate';
import { personState } from './person-state';

export type PersonActionInput = { op: string; id: string };

/** What makes an action on one administrator. */
export type PersonAction<I extends PersonActionInput, A> = {
  name: string;
  permission: Mutation<I, A>['permission'];
  sensitive: NonNullable<Mutation<I, A>['sensitive']>;
  by?: Mutation<I, A>['by'];
  /** Somebody deactivated can be meant as well. */
  includesDeactivated?: boolean;
  /** Applications that are changed with them. */
  applications?: Mutation<I, A>['applications'];
  /** Asked in place of dominance, where the rules are others. */
  judge?(context: Decision, row: AdministratorRow, input: I): Promise<Refusal | null>;
  act(context: Decision, row: AdministratorRow, input: I): Promise<Outcome<A>>;
};

/**
 * An action on one administrator that takes a permission and dominance over them (ACC-2), nothing else: `act` is asked when
 * both are there.
 */
export function personAction<I extends PersonActionInput, A>(action: PersonAction<I, A>): Mutation<I, A> {
  const { name, permission, sensitive, by, applications, includesDeactivated = false } = action;
  return {
    name,
    permission,
    sensitive,
    by,
    people: ({ id }) => [id],
    applications,
    target: ({ id }) => ({ type: 'administrator', id }),
    async decide(context, input) {
      const row = context.people.get(input.id);
      if (!row || (row.deletedAt !== null && !includesDeactivated))
        return { refused: { code: 'not-found', what: 'administrator' } };
      const refused = action.judge
        ? await action.judge(context, row, input)
        : barredFromPerson(context.actor, await personState(context, row));
      return refused ? { refused } : action.act(context, row, input);
    }
  };
}

/** The entry's name for somebody. */
export function personTarget(row: { id: string; name: string }): { type: string; id: string; name: string } {
  return { type: 'administrator', id: row.id, name: row.name };
}
