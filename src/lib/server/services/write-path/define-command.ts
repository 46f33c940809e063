import type { CommandName } from '../../../core/commands';
import { COMMAND_FACTS, type CommandInput } from '../../../protocol/commands/commands';
import type { Mutation } from './mutation';
import { personAction, type PersonAction } from './person-action';

/** A command with what it does. */
export type Command<N extends CommandName, A, P = undefined, T = A> = Mutation<CommandInput<N>, A, P, T> & {
  readonly name: N;
};

/** Properties of a command that the table of commands does not have. */
type Does<M> = Omit<M, 'name' | 'permission' | 'permissionOfUsers' | 'sensitive' | 'roles' | 'by'>;

/**
 * Gives a command of the table what it does: name, input, permission and whether it takes the password are the
 * table's.
 */
export function defineCommand<N extends CommandName, A, P = undefined, T = A>(
  name: N,
  does: Does<Mutation<CommandInput<N>, A, P, T>>
): Command<N, A, P, T> {
  return { ...does, ...factsOf(name) };
}

/** Commands whose input names one administrator, or another record, by `id`. */
type ById = { [N in CommandName]: CommandInput<N> extends { id: string } ? N : never }[CommandName];

/** The same for an action on one administrator. */
export function definePersonCommand<N extends ById, A, P = undefined, T = A>(
  name: N,
  does: Does<PersonAction<CommandInput<N>, A, P, T>>
): Command<N, A, P, T> {
  return { ...personAction<CommandInput<N>, A, P, T>({ ...does, ...factsOf(name) }), name };
}

function factsOf<N extends CommandName>(name: N) {
  const { permission, permissionOf, permissionOfUsers, sensitive = false, roles, by } = COMMAND_FACTS[name];
  return { name, permission: permissionOf ?? permission, permissionOfUsers, sensitive, roles, by };
}
