import { SHIPPED_SETTINGS, type Settings } from '$lib/core/settings/settings';
import { api } from '$lib/client/api/api';

/** Facts about the installation for the pages before the sign-in: whether it has an owner, and what it looks like. */
export class Door {
  /** The server answered. */
  known = $state(false);
  /** No one can sign in yet. */
  setupNeeded = $state(false);
  branding = $state.raw<Settings['branding']>(SHIPPED_SETTINGS.branding);

  /** Asks the server. If no answer comes, the page simply stands as it ships. */
  async look(): Promise<void> {
    const status: { needed: boolean; branding?: Settings['branding'] } | null = await api.setup.status
      .query()
      .catch(() => null);
    if (!status) return;
    this.known = true;
    this.setupNeeded = status.needed;
    if (status.branding) this.branding = status.branding;
  }
}
