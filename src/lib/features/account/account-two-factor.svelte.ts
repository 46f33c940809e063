import { api } from '$lib/client/api/api';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { TwoFactorEnrolment } from '$lib/shared/credentials/two-factor-enrolment.svelte';

/** Task that the section is in the middle of. */
export type TwoFactorTask =
  | { kind: 'enrolment'; enrolment: TwoFactorEnrolment }
  /** Shown once. */
  | { kind: 'codes'; codes: readonly string[] };

/** One's own second factor: setting it up, new recovery codes, turning it off (AUT-3). */
export class AccountTwoFactor {
  task = $state.raw<TwoFactorTask | null>(null);
  readonly attempt = new FormAttempt<never>({ fields: [] });
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  async begin(): Promise<void> {
    const enrolment = new TwoFactorEnrolment();
    const begun = await this.attempt.run(async () => {
      await enrolment.begin();
      return enrolment.secret;
    });
    if (begun) this.task = { kind: 'enrolment', enrolment };
    else if (enrolment.attempt.problem !== null) this.attempt.say(enrolment.attempt.problem);
  }

  async confirm(): Promise<void> {
    if (this.task?.kind !== 'enrolment') return;
    const done = await this.task.enrolment.confirm();
    if (!done) return;
    this.task = { kind: 'codes', codes: done.recoveryCodes };
    await this.#session.refresh();
  }

  /** Makes new recovery codes: the old ones are void. */
  async renew(): Promise<boolean> {
    const made = await this.attempt.run(() => api.auth.renewRecoveryCodes.mutate());
    if (!made) return false;
    this.task = { kind: 'codes', codes: made.recoveryCodes };
    await this.#session.refresh();
    return true;
  }

  async turnOff(): Promise<boolean> {
    const done = await this.attempt.run(() => api.auth.disableTotp.mutate());
    if (!done) return false;
    await this.#session.refresh();
    return true;
  }

  /** The codes are kept, or the enrolment was given up. */
  close(): void {
    this.task = null;
  }
}
