import { passwordProblem } from '$lib/core/sign-in/passwords';
import { api } from '$lib/client/api/api';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { WorkingKeys } from './working-keys.svelte';

/** Changing one's own password (AUT-3). The other sessions end with it, and one's keys, unless they are to stay. */
export class AccountPassword {
  current = $state('');
  password = $state('');
  confirm = $state('');
  readonly keys = new WorkingKeys();
  readonly attempt = new FormAttempt<'current' | 'password' | 'confirm'>({
    fields: ['current', 'password', 'confirm']
  });
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  /** True when it is changed. */
  async save(): Promise<boolean> {
    const { name, email } = this.#session.me;
    // How long it must be is a setting that the server knows.
    const unfit = passwordProblem(this.password, [name, email.split('@')[0] ?? ''], 1);
    const problems = {
      current: this.current === '' ? 'Enter your current password.' : null,
      password: this.password === '' ? 'Enter a new password.' : unfit,
      confirm: this.confirm === this.password ? null : 'The passwords don’t match.'
    };
    if (this.attempt.refuse(problems)) return false;
    const { password, current } = this;
    const done = await this.attempt.run(() =>
      api.auth.changePassword.mutate({ password, current, keepKeys: !this.keys.end })
    );
    if (!done) return false;
    this.clear();
    await this.#session.refresh();
    return true;
  }

  /** Nothing of a secret stays behind. */
  clear(): void {
    this.current = this.password = this.confirm = '';
    this.attempt.refuse({});
  }
}
