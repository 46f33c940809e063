import { readTypedCode } from '$lib/core/sign-in/typed-code';
import { api } from '$lib/client/api/api';
import { CodeTries } from '$lib/client/forms/code-tries';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';

/** Proving the password anew, with a code where a second factor is set up (AUT-4). */
export class ReauthenticationForm {
  password = $state('');
  code = $state('');
  readonly #tries = new CodeTries();
  readonly attempt = new FormAttempt<'password' | 'code'>({
    fields: ['password', 'code'],
    words: ({ code }) => {
      if (code === 'auth/wrong-credentials') return { field: 'password', text: 'This password is wrong.' };
      if (code === 'auth/wrong-code')
        return { field: 'code', text: 'That code isn’t right or was already used. Wait for the next one.' };
      return null;
    }
  });

  /** True when it was proved. */
  async prove(withCode: boolean): Promise<boolean> {
    const code = readTypedCode(this.code);
    if (withCode && this.#tries.isWrong(code) && this.attempt.field('code') !== null) return false;
    const problems = {
      password: this.password === '' ? 'Enter your password.' : null,
      code: withCode && code === '' ? 'Enter a code from your authenticator app.' : null
    };
    if (this.attempt.refuse(problems)) return false;
    const input = { password: this.password, ...(withCode ? { code } : {}) };
    const proved =
      (await this.attempt.run(() => this.#tries.give(code, () => api.auth.reauthenticate.mutate(input)))) !==
      null;
    if (proved) this.clear();
    return proved;
  }

  /** Nothing of a secret stays behind. */
  clear(): void {
    this.password = this.code = '';
    this.attempt.refuse({});
  }
}
