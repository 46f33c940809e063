import { v4 as uuid } from 'uuid';
import { api } from '$lib/client/api/api';
import { WorkingKeys } from './working-keys.svelte';
import { FormAttempt } from '$lib/client/forms/form-attempt.svelte';

export type OwnSession = Awaited<ReturnType<typeof api.me.sessions.query>>[number];

/** One's own open sessions, this one first (AUT-3). */
export class AccountSessions {
  /** Null until they are known. */
  sessions = $state.raw<readonly OwnSession[] | null>(null);
  /** They could not be asked for. */
  failed = $state(false);
  loading = $state(false);
  readonly keys = new WorkingKeys();
  readonly attempt = new FormAttempt<never>({ fields: [] });

  async load(): Promise<void> {
    this.loading = true;
    try {
      const sessions = await api.me.sessions.query();
      this.sessions = [...sessions].sort(
        (a, b) => Number(b.current) - Number(a.current) || b.createdAt.localeCompare(a.createdAt)
      );
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.loading = false;
    }
  }

  /**
   * Ends one of them, or all but this one, with the keys that are to end. How many sessions ended; null when it was
   * refused.
   */
  async end(sid?: string): Promise<number | null> {
    const input = { op: uuid(), ...(sid === undefined ? { keepKeys: !this.keys.end } : { sid }) };
    const done = await this.attempt.run(() => api.me.revokeSessions.mutate(input));
    if (!done) return null;
    await this.load();
    return done.ended;
  }
}
