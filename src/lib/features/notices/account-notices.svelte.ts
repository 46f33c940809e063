import { api } from '$lib/client/api/api';
import type { Notice } from './notices';
import { NOTICES } from '$lib/core/settings/notices';
import { perSession } from '$lib/client/session/per-session';
import type { Session } from '$lib/client/session/session.svelte';
import { localDay, twoFactorReminder, type TwoFactorReminder } from './two-factor-reminder';

const FIRST_STEPS = 'first-steps';
const KEY = 'rolecall:two-factor-reminder';

/**
 * Notices of this person: the unread ones, newest first, and the reminder of a second factor to come. Every page
 * counts them; their words come with whatever shows them.
 */
class AccountNotices {
  #gone = $state.raw<ReadonlySet<string>>(new Set());
  #remindedOn = $state<string | null>(storedDay());
  readonly #session: Pick<Session, 'me' | 'refresh'>;

  constructor(session: Pick<Session, 'me' | 'refresh'>) {
    this.#session = session;
  }

  get unread(): Notice[] {
    return this.#session.me.notices.filter(({ id, kind }) => {
      if (this.#gone.has(id) || kind === FIRST_STEPS || NOTICES[kind] === 'mail') return false;
      // The offer itself stands on its own, for as long as it is open.
      return kind !== 'ownership-offered' || !this.offeredToMe;
    });
  }

  /** That Home shows what to do first (UX-6), until it is dismissed: it is no news. */
  get firstSteps(): Notice | null {
    const { notices } = this.#session.me;
    return notices.find(({ kind, id }) => kind === FIRST_STEPS && !this.#gone.has(id)) ?? null;
  }

  /** The ownership, while it is offered to this person. */
  get offeredToMe(): Session['me']['offer'] {
    const { offer, id } = this.#session.me;
    return offer?.to.id === id ? offer : null;
  }

  /** Number of things to read or answer. */
  get count(): number {
    return this.unread.length + (this.offeredToMe ? 1 : 0);
  }

  reminder(now: Date): TwoFactorReminder | null {
    return twoFactorReminder(this.#session.me.twoFactor, now, this.#remindedOn);
  }

  /** Puts the reminder off until tomorrow, on this device. */
  remindTomorrow(now: Date): void {
    this.#remindedOn = localDay(now);
    try {
      localStorage.setItem(KEY, this.#remindedOn);
    } catch {
      // Storage is blocked: put off for as long as this page is open.
    }
  }

  /** Takes notices off the screen at once; one that the server did not hear of comes back. */
  async dismiss(notices: readonly Notice[]): Promise<void> {
    this.#gone = new Set([...this.#gone, ...notices.map(({ id }) => id)]);
    const told = await Promise.allSettled(notices.map(({ id }) => api.me.dismissNotice.mutate({ id })));
    const back = notices.filter((_, index) => told[index]?.status === 'rejected').map(({ id }) => id);
    this.#gone = new Set([...this.#gone].filter((id) => !back.includes(id)));
    await this.#session.refresh();
  }
}

/** The notices of a session, the same for the banner and the page. */
export const noticesOf = perSession((session) => new AccountNotices(session));

function storedDay(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
