import type { SettingsSection } from '$lib/core/settings/settings';
import { SECTION_WORDS } from '$lib/shared/words/settings-words';
import type { SettingsForm, SettingsOutcome } from './settings-form.svelte';

/** Form of one section, as saving all of them needs it. */
type SectionForm = Pick<
  SettingsForm<SettingsSection, object>,
  'changes' | 'saving' | 'needsServer' | 'save' | 'discard'
>;

export type SettingsChangesPorts = {
  form: (section: SettingsSection) => SectionForm;
  /** True if this person may change a section. */
  may: (section: SettingsSection) => boolean;
  offline: () => boolean;
};

/** Result of saving a section. */
export type SectionEnded = { section: SettingsSection; title: string; outcome: SettingsOutcome };

/** Unsaved changes of the whole page: each section stays an operation of its own, judged on its own (SET-1). */
export class SettingsChanges {
  readonly #ports: SettingsChangesPorts;

  constructor(ports: SettingsChangesPorts) {
    this.#ports = ports;
  }

  /** The sections that hold changes, in the order of the page. */
  readonly sections: readonly SettingsSection[] = $derived.by(() =>
    SECTION_WORDS.map(({ section }) => section).filter((section) => this.#ports.form(section).changes > 0)
  );

  /** Number of changed fields. */
  readonly count: number = $derived.by(() =>
    this.sections.reduce((sum, section) => sum + this.#ports.form(section).changes, 0)
  );

  /** Sections whose changes go to the server at once or not at all, while there is no connection. */
  readonly held: readonly SettingsSection[] = $derived.by(() =>
    this.sections.filter((section) => this.#ports.offline() && this.#ports.form(section).needsServer)
  );

  /** Sections that can be saved now. */
  readonly ready: readonly SettingsSection[] = $derived.by(() =>
    this.sections.filter((section) => this.#ports.may(section) && !this.held.includes(section))
  );

  readonly saving: boolean = $derived.by(() =>
    SECTION_WORDS.some(({ section }) => this.#ports.form(section).saving)
  );

  /** Saves what can be saved. All at once: a password that several of them need is asked for one time. */
  save(): Promise<SectionEnded[]> {
    const wanted = SECTION_WORDS.filter(({ section }) => this.ready.includes(section));
    return Promise.all(
      wanted.map(async ({ section, title }) => {
        return { section, title, outcome: await this.#ports.form(section).save(title) };
      })
    );
  }

  /** Takes back every change, of sections too that may no longer be changed. */
  discard(): void {
    for (const section of this.sections) this.#ports.form(section).discard();
  }
}

/** The sections whose saving ended so, as they are named: "Passwords, Sessions"; null when there is none. */
export function titlesOf(ended: readonly SectionEnded[], outcome: SettingsOutcome): string | null {
  const titles = ended.filter((each) => each.outcome === outcome).map(({ title }) => title);
  return titles.length === 0 ? null : titles.join(', ');
}
