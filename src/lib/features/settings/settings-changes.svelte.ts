import type { SettingsSection } from '$lib/core/settings/settings';
import { GIVEN_UP } from '$lib/shared/pending-edits/saving-words';
import { SECTION_WORDS } from '$lib/shared/words/settings-words';
import type { Toast } from '$lib/ui/toast.svelte';
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

  /**
   * Saves what can be saved, one section after the other: each is waited for from its own turn, and the password that
   * several of them need is asked for once. Not given, it leaves the sections after it as they are. Without a
   * connection nothing is asked for, and all of it goes onto the device at once.
   */
  async save(): Promise<SectionEnded[]> {
    const wanted = SECTION_WORDS.filter(({ section }) => this.ready.includes(section));
    const ended: Promise<SectionEnded>[] = [];
    let givenUp = false;
    for (const { section, title } of wanted) {
      const end: Promise<SectionEnded> = givenUp
        ? Promise.resolve({ section, title, outcome: 'given-up' })
        : this.#saveOne(section, title);
      ended.push(end);
      if (!this.#ports.offline()) givenUp = (await end).outcome === 'given-up';
    }
    return Promise.all(ended);
  }

  /** Takes back every change, of sections too that may no longer be changed. */
  discard(): void {
    for (const section of this.sections) this.#ports.form(section).discard();
  }

  /** A fault of one section is heard of as any other, and hides nothing of what became of the rest. */
  async #saveOne(section: SettingsSection, title: string): Promise<SectionEnded> {
    try {
      return { section, title, outcome: await this.#ports.form(section).save(title) };
    } catch (error) {
      reportError(error);
      return { section, title, outcome: 'unknown' };
    }
  }
}

/** The sections whose saving ended so, as they are named: "Passwords, Sessions"; null when there is none. */
export function titlesOf(ended: readonly SectionEnded[], outcome: SettingsOutcome): string | null {
  const titles = ended.filter((each) => each.outcome === outcome).map(({ title }) => title);
  return titles.length === 0 ? null : titles.join(', ');
}

/**
 * Toast on how saving ended; null where the sections themselves say so. What was not saved comes first.
 * @param kept message on what waits for a connection
 */
export function endedToast(ended: readonly SectionEnded[], kept: string): Toast | null {
  const [saved, givenUp] = [titlesOf(ended, 'saved'), titlesOf(ended, 'given-up')];
  const waits = titlesOf(ended, 'kept') !== null;
  if (givenUp !== null && (saved !== null || waits))
    return { message: `${givenUp}: not saved. This requires your password.` };
  if (givenUp !== null) return { message: GIVEN_UP };
  if (waits) return { message: kept };
  return saved === null ? null : { message: `${saved}: saved.`, duration: 3000 };
}
