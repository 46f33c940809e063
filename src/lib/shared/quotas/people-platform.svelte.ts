import { CAPS, type PlatformCaps } from '$lib/core/quotas/caps';
import { SECTION_READ_PERMISSION } from '$lib/core/settings/settings';
import { api } from '$lib/client/api/api';
import { knownPlatform, type KnownCaps, type KnownPlatform } from './people-caps';
import type { Session } from '$lib/client/session/session.svelte';

/**
 * Platform caps, which those inherit who have none of their own: read off people's caps, or asked for where one's own
 * hide them.
 */
export class PeoplePlatform {
  readonly #session: Session;
  #asked = $state.raw<PlatformCaps | null>(null);

  constructor(session: Session) {
    this.#session = session;
  }

  /** @param others whose caps are on screen */
  known(...others: readonly (KnownCaps | null)[]): KnownPlatform {
    const seen = knownPlatform(this.#session.me, ...others);
    const known = CAPS.map(({ id }) => [id, seen[id] ?? this.#asked?.[id] ?? null] as const);
    return Object.fromEntries(known) as KnownPlatform;
  }

  /** Asks for what is hidden, where it may be seen. Without an answer the form just does not show it. */
  async ask(): Promise<void> {
    const hidden = Object.values(knownPlatform(this.#session.me)).includes(null);
    if (!hidden || !this.#session.can(SECTION_READ_PERMISSION.caps)) return;
    const settings = await api.settings.get.query().catch(() => null);
    this.#asked = settings?.caps ?? null;
  }
}
