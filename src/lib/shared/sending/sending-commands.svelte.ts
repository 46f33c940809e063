import { api } from '$lib/client/api/api';
import { OneAtATime } from '$lib/client/forms/one-at-a-time.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { Session } from '$lib/client/session/session.svelte';
import type { PermissionId } from '$lib/core/access/catalogue/permission-ids';
import type { Refusal } from '$lib/core/access/refusal';
import { COMMANDS, type CommandName } from '$lib/core/commands';
import type { SubjectType } from '$lib/core/quotas/layers';
import { personRefusalText, refusalWords } from '$lib/core/wording/refusals';
import type { CommandFields } from '$lib/protocol/commands/commands';

export type SendingCommand = Extract<CommandName, `caps.${string}`>;
export type SendingSubject = { type: SubjectType; id: string };

/**
 * Commands on somebody's sending, or on everybody's. They need a connection: a stop that comes late would stop
 * something else.
 */
export class SendingCommands extends OneAtATime {
  readonly #session: Session;
  readonly #pause = new OneOperation((op, input: CommandFields<'caps.pause'>) =>
    api.caps.pause.mutate({ op, ...input })
  );
  readonly #resume = new OneOperation((op, input: CommandFields<'caps.resume'>) =>
    api.caps.resume.mutate({ op, ...input })
  );
  readonly #raise = new OneOperation((op, input: CommandFields<'caps.raise'>) =>
    api.caps.raise.mutate({ op, ...input })
  );
  readonly #endRaise = new OneOperation((op, input: CommandFields<'caps.endRaise'>) =>
    api.caps.endRaise.mutate({ op, ...input })
  );
  readonly #reset = new OneOperation((op, input: CommandFields<'caps.reset'>) =>
    api.caps.reset.mutate({ op, ...input })
  );

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  pause = (input: CommandFields<'caps.pause'>) => this.#run(input.subject, () => this.#pause.run(input));
  resume = (input: CommandFields<'caps.resume'>) => this.#run(input.subject, () => this.#resume.run(input));
  raise = (input: CommandFields<'caps.raise'>) => this.#run(input.subject, () => this.#raise.run(input));
  endRaise = (input: CommandFields<'caps.endRaise'>) =>
    this.#run(input.subject, () => this.#endRaise.run(input));
  reset = (input: CommandFields<'caps.reset'>) => this.#run(input.subject, () => this.#reset.run(input));

  /** Reason a command is not allowed, as far as that is known here (ACC-7); null: it may be asked for. */
  whyNot(command: SendingCommand, subject: SendingSubject | 'platform'): string | null {
    const { permission } = COMMANDS[command];
    if (!this.#session.can(permission as PermissionId))
      return this.#words({ code: 'access/permission-required', permission }, subject);
    if (subject !== 'platform' && subject.id === this.#session.me.id)
      return this.#words({ code: 'access/self' }, subject);
    return this.#session.connection.state === 'offline' ? 'This requires a connection.' : null;
  }

  /** Null: it was not done, and `fault` says why. */
  #run<T>(subject: SendingSubject | 'platform', command: () => Promise<T>): Promise<T | null> {
    return this.run(command, (refusal) => this.#words(refusal, subject));
  }

  #words(refusal: Refusal, subject: SendingSubject | 'platform'): string {
    const { catalogue } = this.#session;
    if (refusal.code === 'input/invalid') return refusal.message;
    if (refusal.code === 'access/self') return 'This is your own sending. Ask another administrator.';
    if (subject !== 'platform' && subject.type === 'user' && refusal.code === 'access/not-dominated')
      return 'Its package allows more than you may do. Only people who have every permission of a user can change its sending.';
    if (subject !== 'platform' && subject.type === 'application' && refusal.code === 'access/not-dominated')
      return 'It has more permissions than you. Only people who have every permission of an application can change it.';
    if (refusal.code === 'access/cap-above-own') return refusalWords(refusal, catalogue).text;
    return personRefusalText(refusal, catalogue);
  }
}
