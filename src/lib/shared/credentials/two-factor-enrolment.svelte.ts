import type { Refusal } from '$lib/core/access/refusal';
import { isAppCode, readTypedCode } from '$lib/core/sign-in/typed-code';
import type { SignInStep } from '$lib/core/sign-in/sign-in-step';
import { api } from '$lib/client/api/api';
import { CodeTries } from '$lib/client/forms/code-tries';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';

/** Secret for an authenticator app: typed, or as the address in the QR code. */
export type Enrolment = { secret: string; uri: string };

/** Setting up an authenticator app: a secret, one code that proves that it arrived, and ten recovery codes (AUT-1). */
export class TwoFactorEnrolment {
  code = $state('');
  /** Null until the server made one. It makes another each time this is begun. */
  secret = $state.raw<Enrolment | null>(null);
  readonly attempt: FormAttempt<'code'>;
  readonly #tries = new CodeTries();

  constructor(elsewhere?: (refusal: Refusal) => boolean) {
    this.attempt = new FormAttempt<'code'>({
      fields: ['code'],
      ...(elsewhere ? { elsewhere } : {}),
      words: ({ code }) =>
        code === 'auth/wrong-code'
          ? {
              field: 'code',
              text: 'That code isn’t right. Wait for the next one; if it fails again, check your phone’s clock.'
            }
          : null
    });
  }

  async begin(): Promise<void> {
    const begun = await this.attempt.run(() => api.auth.beginTotp.mutate());
    if (begun) this.secret = begun;
  }

  /** The recovery codes and what comes next; null when the code was not the right one. */
  async confirm(): Promise<{ recoveryCodes: string[]; next: SignInStep } | null> {
    const code = readTypedCode(this.code);
    if (this.#tries.isWrong(code) && this.attempt.field('code') !== null) return null;
    if (this.attempt.refuse({ code: isAppCode(code) ? null : 'Enter the six digits shown in the app.' }))
      return null;
    return this.attempt.run(() => this.#tries.give(code, () => api.auth.confirmTotp.mutate({ code })));
  }
}
