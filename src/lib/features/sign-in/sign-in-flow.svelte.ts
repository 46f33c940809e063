import type { Refusal } from '$lib/core/access/refusal';
import type { SignInStep } from '$lib/core/sign-in/sign-in-step';
import { isAppCode, readTypedCode } from '$lib/core/sign-in/typed-code';
import type { ActingAs } from '$lib/protocol/acting-as';
import { api, askWhoOnce, pageIdentity, refusalOf } from '$lib/client/api/api';
import { CodeTries } from '$lib/client/forms/code-tries';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import { payOwedSignOut } from '$lib/client/session/sign-out';
import { TwoFactorEnrolment } from '$lib/shared/credentials/two-factor-enrolment.svelte';
import { cookieProblem } from './kept-cookie';

/** A session that is to be ended on the server is waited for so long; then the page says that it is not yet. */
const ANSWER_MS = 2_000;

/** Step of the sign-in that is on screen. `recovery-codes` come once, after the enrolment. */
export type SignInPlace = 'looking' | 'password' | Exclude<SignInStep, 'ready'> | 'recovery-codes' | 'ready';

/**
 * The way in, one step after the other (AUT-1, ADM-5). The server alone knows which step is next: a reload, another
 * tab and the back button all come out at the same one.
 */
export class SignInFlow {
  place = $state<SignInPlace>('looking');
  /** Reason someone is back at the first step; null when none. */
  note = $state<string | null>(null);
  /** Somebody signed out here without a connection, and the server does not know yet: nobody signs in before. */
  signOutOwed = $state(false);

  email = $state('');
  password = $state('');
  /** Code of the authenticator app, or a recovery code. */
  code = $state('');
  withRecoveryCode = $state(false);
  newPassword = $state('');
  confirm = $state('');
  recoveryCodes = $state.raw<readonly string[]>([]);
  readonly #tries = new CodeTries();
  #afterCodes: SignInStep = 'ready';

  readonly #elsewhere = (refusal: Refusal): boolean => this.#moved(refusal);
  readonly passwordAttempt = new FormAttempt<'email' | 'password'>({
    fields: ['email', 'password'],
    words: ({ code }) =>
      code === 'auth/wrong-credentials'
        ? {
            text: 'The email or password is wrong. After five attempts you have to wait before trying again.'
          }
        : null
  });
  readonly codeAttempt = new FormAttempt<'code'>({
    fields: ['code'],
    elsewhere: this.#elsewhere,
    words: ({ code }) =>
      code === 'auth/wrong-code'
        ? {
            field: 'code',
            text: this.withRecoveryCode
              ? 'That isn’t one of your unused recovery codes.'
              : 'That code isn’t right or was already used. Wait for the next one.'
          }
        : null
  });
  readonly changeAttempt = new FormAttempt<'password' | 'confirm'>({
    fields: ['password', 'confirm'],
    elsewhere: this.#elsewhere
  });
  readonly enrolment = new TwoFactorEnrolment(this.#elsewhere);

  /** The problem of the whole form of this step. */
  get problem(): string | null {
    return this.#attempt?.problem ?? null;
  }

  /** Goes on where the session of this browser stands. */
  async resume(): Promise<void> {
    this.signOutOwed = !(await Promise.race([payOwedSignOut(), later(ANSWER_MS)]));
    if (this.signOutOwed) return this.#go(null);
    try {
      if ((await askWhoOnce()) === null) {
        pageIdentity.leave();
        return this.#go(null);
      }
      await api.me.get.query(undefined, { context: { hears } });
      this.place = 'ready';
    } catch (error) {
      const refusal = refusalOf(error);
      this.#go(refusal?.code === 'auth/step-required' ? refusal.next : null);
    }
  }

  async signIn(): Promise<void> {
    if (this.signOutOwed) return;
    const missing = {
      email: this.email.trim() === '' ? 'Enter your email address.' : null,
      password: this.password === '' ? 'Enter your password.' : null
    };
    if (this.passwordAttempt.refuse(missing)) return;
    this.note = null;
    const { email, password } = this;
    const done = await this.passwordAttempt.run(() =>
      api.auth.signIn.mutate({ email: email.trim(), password }, { context: { hears } })
    );
    if (!done) return;
    const problem = await cookieProblem();
    if (problem !== null) {
      pageIdentity.leave();
      return this.passwordAttempt.say(problem);
    }
    this.password = '';
    this.#go(done.next);
  }

  async verify(): Promise<void> {
    const code = readTypedCode(this.code);
    if (this.#tries.isWrong(code) && this.codeAttempt.field('code') !== null) return;
    const problem = this.withRecoveryCode
      ? code === ''
        ? 'Enter one of your recovery codes.'
        : null
      : isAppCode(code)
        ? null
        : 'Enter the six digits shown in the app.';
    if (this.codeAttempt.refuse({ code: problem })) return;
    const done = await this.codeAttempt.run(() =>
      this.#tries.give(code, () => api.auth.totp.mutate({ code }))
    );
    if (done) this.#go(done.next);
  }

  async changePassword(): Promise<void> {
    const problems = {
      password: this.newPassword === '' ? 'Enter a password.' : null,
      confirm: this.confirm === this.newPassword ? null : 'The passwords don’t match.'
    };
    if (this.changeAttempt.refuse(problems)) return;
    const password = this.newPassword;
    const done = await this.changeAttempt.run(() => api.auth.changePassword.mutate({ password }));
    if (!done) return;
    this.newPassword = this.confirm = '';
    this.#go(done.next);
  }

  async confirmEnrolment(): Promise<void> {
    const done = await this.enrolment.confirm();
    if (!done) return;
    this.recoveryCodes = done.recoveryCodes;
    this.#afterCodes = done.next;
    this.place = 'recovery-codes';
  }

  /** The recovery codes are kept: on to what is left, if anything. */
  kept(): void {
    this.recoveryCodes = [];
    this.#go(this.#afterCodes);
  }

  /** Leaves a half-finished sign-in, to begin as somebody else. */
  async startOver(): Promise<void> {
    // A step of a sign-in, not somebody who leaves: what waits on this device to be sent stays.
    await api.auth.signOut.mutate({ keepStorage: true }).catch(() => undefined);
    this.#go(null);
  }

  stop(): void {
    for (const attempt of [
      this.passwordAttempt,
      this.codeAttempt,
      this.changeAttempt,
      this.enrolment.attempt
    ])
      attempt.stop();
  }

  get #attempt(): FormAttempt<string> | null {
    switch (this.place) {
      case 'password':
        return this.passwordAttempt;
      case 'totp':
        return this.codeAttempt;
      case 'change-password':
        return this.changeAttempt;
      case 'enrol-2fa':
        return this.enrolment.attempt;
      default:
        return null;
    }
  }

  /** @param next what is left; null: everything */
  #go(next: SignInStep | null): void {
    this.code = this.enrolment.code = '';
    this.withRecoveryCode = false;
    this.place = next ?? 'password';
  }

  /** Another tab went on, or the time for the steps is over. */
  #moved(refusal: Refusal): boolean {
    if (refusal.code === 'auth/step-required') {
      this.#go(refusal.next);
      return true;
    }
    if (refusal.code === 'auth/other-session') {
      this.note = 'Someone else signed in in this browser.';
      void this.resume();
      return true;
    }
    if (refusal.code !== 'auth/signed-out') return false;
    this.note = 'Your sign-in timed out, or you signed out elsewhere. Sign in again.';
    this.#go(null);
    return true;
  }
}

/** Makes this page act as the person whose sign-in it goes on with: every later request says so. Null for nobody. */
function hears(as: ActingAs | null): void {
  if (as) pageIdentity.become(as);
  else pageIdentity.leave();
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
