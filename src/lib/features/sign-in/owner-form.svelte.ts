import { v4 as uuid } from 'uuid';
import { emailProblem } from '$lib/core/administrators/email';
import { tidyText } from '$lib/core/text/names';
import { passwordProblem } from '$lib/core/sign-in/passwords';
import { personNameProblem } from '$lib/core/administrators/person-name';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { cookieProblem } from './kept-cookie';

export type OwnerField = 'name' | 'email' | 'password' | 'confirm';
type Problems = Record<OwnerField, string | null>;

/** The form that creates the owner of a fresh installation (OWN-1). */
export class OwnerForm {
  name = $state('');
  email = $state('');
  password = $state('');
  confirm = $state('');
  saving = $state(false);
  /** The problem of the whole form. */
  fault = $state<string | null>(null);
  /** Somebody else was first. */
  closed = $state(false);
  #tried = $state(false);
  #refused = $state.raw<{ field: string; message: string } | null>(null);

  readonly #problems: Problems = $derived.by(() => ({
    name: personNameProblem(this.name),
    email: emailProblem(this.email),
    password:
      this.password === ''
        ? 'Enter a password.'
        : passwordProblem(this.password, [tidyText(this.name), this.email.trim().split('@')[0] ?? '']),
    confirm: this.confirm === this.password ? null : 'The passwords don’t match.'
  }));

  /** The sentence under a field, once creating was tried. */
  field(name: OwnerField): string | null {
    if (this.#refused?.field === name) return this.#refused.message;
    return this.#tried ? this.#problems[name] : null;
  }

  changed(name: OwnerField): void {
    if (this.#refused?.field === name) this.#refused = null;
  }

  /** True when the owner exists and is signed in. */
  async create(token: string): Promise<boolean> {
    this.#tried = true;
    this.#refused = this.fault = null;
    if (Object.values(this.#problems).some((problem) => problem !== null)) return false;
    this.saving = true;
    try {
      await api.setup.createOwner.mutate({
        op: uuid(),
        token,
        name: tidyText(this.name),
        email: this.email.trim(),
        password: this.password
      });
      const problem = await cookieProblem();
      if (problem !== null) this.fault = `The owner was created. ${problem}`;
      return problem === null;
    } catch (error) {
      this.#explain(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  #explain(error: unknown): void {
    const refusal = refusalOf(error);
    if (refusal?.code === 'auth/setup-closed') this.closed = true;
    else if (refusal?.code === 'auth/setup-token')
      this.fault = 'This setup link is wrong or has expired. Restarting the server prints a new one.';
    else if (refusal?.code === 'input/invalid' && refusal.field in this.#problems) this.#refused = refusal;
    else if (refusal?.code === 'input/invalid') this.fault = refusal.message;
    else if (isConnectionFault(error))
      this.fault = 'The server didn’t respond. Check your connection, then try again.';
    else throw error;
  }
}
