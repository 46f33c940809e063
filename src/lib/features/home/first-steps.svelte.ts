import { SUPER_ADMINISTRATOR } from '$lib/core/access/catalogue';
import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { directoryOf } from '$lib/shared/indexes/directory.svelte';
import { firstSteps, type FirstStep } from './first-steps';

type SetupFacts = { mailServer: boolean; applications: number };

/** Progress of a new installation (UX-6): from what the page follows already, and two questions. */
export class FirstSteps {
  readonly #session: Session;
  readonly #asked = new Loadable<SetupFacts>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Asks for what no document shows. What has no answer counts as not done. */
  ask(): Promise<boolean> {
    return this.#asked.ask(async () => {
      const [settings, applications] = await Promise.all([
        api.settings.get.query(),
        api.applications.list.query()
      ]);
      return { mailServer: (settings.mail?.host ?? '') !== '', applications: applications.length };
    });
  }

  readonly steps: readonly FirstStep[] = $derived.by(() => {
    const { me } = this.#session;
    const present = directoryOf(this.#session)
      .people?.list.all()
      .filter(({ status }) => status !== 'deactivated');
    return firstSteps({
      twoFactor: me.twoFactor.on,
      mailServer: this.#asked.value?.mailServer ?? null,
      timeZone: me.timeZone,
      deviceTimeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      brand: me.branding,
      people: present?.length ?? null,
      superAdministrators: present?.filter(({ roleId }) => roleId === SUPER_ADMINISTRATOR).length ?? null,
      applications: this.#asked.value?.applications ?? null
    });
  });

  /** True once the progress is known: nothing is shown half known. */
  readonly known: boolean = $derived.by(
    () => this.#asked.value !== null && (directoryOf(this.#session).people?.list.size ?? 0) > 0
  );
}
