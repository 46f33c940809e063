import { passwordProblem } from '$lib/core/sign-in/passwords';
import { api, refusalOf } from '$lib/client/api/api';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { cookieProblem } from './kept-cookie';

export type InvitationState =
  | { state: 'reading' }
  | {
      state: 'open';
      name: string;
      email: string;
      minLength: number;
      /** They have signed in before. */ returning: boolean;
    }
  /** Used, replaced, or its time is over. */
  | { state: 'closed' }
  /** The address holds none. */
  | { state: 'missing' }
  /** No answer, or too many tries. */
  | { state: 'failed' };

/** An invitation link: whom it is for, and the password that its person chooses (ADM-5). */
export class Invitation {
  status = $state.raw<InvitationState>({ state: 'reading' });
  reading = $state(false);
  password = $state('');
  confirm = $state('');
  readonly attempt = new FormAttempt<'password' | 'confirm'>({
    fields: ['password', 'confirm'],
    elsewhere: (refusal) => {
      if (refusal.code !== 'auth/invitation') return false;
      this.status = { state: 'closed' };
      return true;
    }
  });
  readonly #token: string;

  /** @param token from the link; "" when the address holds none */
  constructor(token: string) {
    this.#token = token;
  }

  async read(): Promise<void> {
    if (this.#token === '') {
      this.status = { state: 'missing' };
      return;
    }
    this.reading = true;
    try {
      const found = await api.auth.readInvitation.mutate({ token: this.#token });
      this.status = { state: 'open', ...found };
    } catch (error) {
      this.status = { state: refusalOf(error)?.code === 'auth/invitation' ? 'closed' : 'failed' };
    } finally {
      this.reading = false;
    }
  }

  /** True when the password is set and its person signed in, as far as that goes. */
  async accept(): Promise<boolean> {
    const { status } = this;
    if (status.state !== 'open') return false;
    const context = [status.name, status.email.split('@')[0] ?? ''];
    const problems = {
      password:
        this.password === ''
          ? 'Enter a password.'
          : passwordProblem(this.password, context, status.minLength),
      confirm: this.confirm === this.password ? null : 'The passwords don’t match.'
    };
    if (this.attempt.refuse(problems)) return false;
    const input = { token: this.#token, password: this.password };
    if ((await this.attempt.run(() => api.auth.acceptInvitation.mutate(input))) === null) return false;
    const problem = await cookieProblem();
    if (problem !== null) this.attempt.say(`Your password is set. ${problem}`);
    return problem === null;
  }
}
