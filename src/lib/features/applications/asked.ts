import type { CommandName } from '$lib/core/commands';
import type { CommandRequest } from '$lib/protocol/commands/commands';

/** Request of a command, without the id of the one operation. */
export type Asked<N extends CommandName> = Omit<CommandRequest<N>, 'op'>;
