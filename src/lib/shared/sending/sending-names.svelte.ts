import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { OneOperation } from '$lib/client/forms/one-operation';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal, RefusalOf } from '$lib/core/access/refusal';
import { personRefusalText } from '$lib/core/wording/refusals';

type Holder = NonNullable<RefusalOf<'input/taken'>['holder']>;

type NameInput = { id: string; name: string };

/** Commands that give somebody a name and take it from them. `from`: whoever has it now. */
export type SendingNameCommands = {
  add(input: NameInput & { op: string; from?: string }): Promise<unknown>;
  remove(input: NameInput & { op: string }): Promise<unknown>;
};

/** Form for a sending name of somebody, and its way to the server; it needs a connection. */
export class SendingNamesForm {
  name = $state('');
  /** Holder of the name that was refused, where it can be moved; null otherwise. */
  holder = $state.raw<Holder | null>(null);
  readonly attempt: FormAttempt<'name'>;
  readonly #id: string;
  readonly #add: OneOperation<NameInput & { from?: string }, unknown>;
  readonly #remove: OneOperation<NameInput, unknown>;

  constructor(id: string, commands: SendingNameCommands, catalogue: CatalogueIndex) {
    this.#id = id;
    this.#add = new OneOperation((op, input) => commands.add({ op, ...input }));
    this.#remove = new OneOperation((op, input) => commands.remove({ op, ...input }));
    this.attempt = new FormAttempt<'name'>({
      fields: ['name'],
      words: (refusal) => this.#words(refusal, catalogue)
    });
  }

  /** Adds what is typed. `from`: takes it from whoever has it. Null: it was not added, and `attempt` says why. */
  add(from?: Holder): Promise<unknown> {
    this.holder = null;
    const moved = from ? { from: from.id } : {};
    return this.attempt.run(async () => {
      const answer = await this.#add.run({ id: this.#id, name: this.name, ...moved });
      this.name = '';
      return answer;
    });
  }

  remove(name: string): Promise<unknown> {
    return this.attempt.run(() => this.#remove.run({ id: this.#id, name }));
  }

  typed(): void {
    this.holder = null;
    this.attempt.changed('name');
  }

  #words(refusal: Refusal, catalogue: CatalogueIndex): { field?: 'name'; text: string } | null {
    if (refusal.code === 'auth/throttled' || refusal.code === 'input/invalid') return null;
    if (refusal.code !== 'input/taken') return { text: personRefusalText(refusal, catalogue) };
    const { holder } = refusal;
    if (!holder) return { field: 'name', text: 'Someone else has this name.' };
    if (!holder.movable) return { field: 'name', text: `This is the email address of ${holder.name}.` };
    this.holder = holder;
    return { field: 'name', text: `${holder.name} has this name.` };
  }
}
