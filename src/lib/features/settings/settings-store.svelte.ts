import { serverNow } from '$lib/client/api/server-clock';
import {
  SECTION_READ_PERMISSION,
  SETTINGS_SECTIONS,
  SHIPPED_SETTINGS,
  type Settings,
  type SettingsSection
} from '$lib/core/settings/settings';
import type { Refusal } from '$lib/core/access/refusal';
import { v4 as uuid } from 'uuid';
import { draftsOf, type DraftForm } from '$lib/client/session/drafts';
import { perSession } from '$lib/client/session/per-session';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import type { KnownSettings } from '$lib/client/device/known-settings';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Session } from '$lib/client/session/session.svelte';
import { restoreSection, sectionDraft, type SettingsDraft } from './settings-drafts';
import { SettingsForm } from './settings-form.svelte';
import {
  ALERTS_SHAPE,
  BRANDING_SHAPE,
  CAPS_SHAPE,
  GENERAL_SHAPE,
  MAIL_SHAPE,
  PASSWORDS_SHAPE,
  KEYS_SHAPE,
  RETENTION_SHAPE,
  SENDING_SHAPE,
  SESSIONS_SHAPE,
  TWO_FACTOR_SHAPE,
  type SectionShape
} from './settings-shapes';

export type MailTestResult =
  | { state: 'sent'; to: string }
  /** The server's own words. */
  | { state: 'failed'; said: string }
  | { state: 'unknown' };

/** All settings that this person may see, each section with its form. */
export class SettingsStore implements DraftForm<SettingsDraft> {
  readonly forms;
  readonly #session: Pick<Session, 'outbox' | 'memory' | 'can'>;
  /** The answer with when the server said so, in milliseconds since 1970. */
  readonly #known = new Loadable<{ answer: KnownSettings; at: number }>(({ answer }) => {
    for (const section of SETTINGS_SECTIONS) this.#take(section, answer);
  });

  /** Drafts of sections whose values are not known yet. */
  #restored: SettingsDraft = {};

  constructor(session: Pick<Session, 'outbox' | 'memory' | 'can'>) {
    this.#session = session;
    this.forms = {
      caps: this.#form(CAPS_SHAPE),
      sending: this.#form(SENDING_SHAPE),
      alerts: this.#form(ALERTS_SHAPE),
      twoFactor: this.#form(TWO_FACTOR_SHAPE),
      passwords: this.#form(PASSWORDS_SHAPE),
      sessions: this.#form(SESSIONS_SHAPE),
      keys: this.#form(KEYS_SHAPE),
      retention: this.#form(RETENTION_SHAPE),
      general: this.#form(GENERAL_SHAPE),
      branding: this.#form(BRANDING_SHAPE),
      mail: this.#form(MAIL_SHAPE)
    };
  }

  get state(): 'loading' | 'loaded' | 'failed' {
    const { state } = this.#known.status;
    return state === 'loading' || state === 'loaded' ? state : 'failed';
  }

  get loading(): boolean {
    return this.#known.asking;
  }

  /** Time at which the server said what is on screen, in ms since 1970; null before anything is known. */
  get at(): number | null {
    return this.#known.value?.at ?? null;
  }

  /** True if a section may be seen. */
  shows(section: SettingsSection): boolean {
    return this.#answer?.versions[section] !== undefined;
  }

  may(section: SettingsSection): boolean {
    return this.#answer?.may[section] ?? false;
  }

  /** Last change of a section: its author and time; null while the section is as it shipped. */
  lastChange(section: SettingsSection): { by: string; at: string } | null {
    return this.#answer?.changed[section] ?? null;
  }

  /**
   * People who set the mail server since a Super Administrator last saved it; null when nobody knows, or when it is
   * not known here.
   */
  get mailReaders(): readonly string[] | null {
    return this.#answer?.mailReaders ?? null;
  }

  /** Saves the mail server as it is, and so answers for it (decision 0037). Null when it was done, else why not. */
  async answerForMail(): Promise<Refusal | 'unknown' | null> {
    const { host, port, security, user, from } = this.forms.mail.values;
    const seen = this.#answer?.versions.mail ?? 0;
    try {
      const mail = { host, port, security, user, from };
      const { refused } = await api.settings.update.mutate({ op: uuid(), seen, mail });
      await this.load();
      return refused[0] ?? null;
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal && !isConnectionFault(error)) throw error;
      return refusal ?? 'unknown';
    }
  }

  /** Asks what is in force. What is on screen stays when there is no answer. */
  async load(): Promise<void> {
    const answered = await this.#known.ask(async () => {
      return { answer: await api.settings.get.query(), at: serverNow() };
    });
    const answer = this.#answer;
    if (answered && answer) void this.#session.memory.keepSettings(answer, this.#readable());
  }

  /** Shows what this device remembers, until the server is asked (LIV-3). */
  async recall(): Promise<void> {
    if (this.#answer) return;
    const known = await this.#session.memory.settings();
    if (known && !this.#answer) this.#known.put({ answer: known.value, at: known.at });
  }

  /** The page is left: a password is never kept, nor what was said of sending it. */
  forgetSecrets(): void {
    const { mail } = this.forms;
    if (mail.draft.password === '') return;
    mail.draft.password = '';
    mail.changed('password');
  }

  draft(): SettingsDraft | null {
    const draft = { ...this.#restored };
    for (const section of SETTINGS_SECTIONS) {
      const typed = sectionDraft(this.forms[section]);
      if (typed) draft[section] = typed;
    }
    return Object.keys(draft).length > 0 ? draft : null;
  }

  restore(draft: SettingsDraft): void {
    this.#restored = { ...draft };
  }

  /** Sends one mail at once, through the server that is in force. */
  async testMail(to: string): Promise<MailTestResult> {
    try {
      const { sent, said } = await api.settings.testMail.mutate({ op: uuid(), to });
      return sent ? { state: 'sent', to } : { state: 'failed', said: said ?? '' };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal?.code === 'input/invalid') return { state: 'failed', said: refusal.message };
      if (refusal || isConnectionFault(error)) return { state: 'unknown' };
      throw error;
    }
  }

  /** Sections that may be read at this moment: the answer may be from before a right was lost. */
  #readable(): SettingsSection[] {
    return SETTINGS_SECTIONS.filter((section) => this.#session.can(SECTION_READ_PERMISSION[section]));
  }

  get #answer(): KnownSettings | null {
    return this.#known.value?.answer ?? null;
  }

  #form<S extends SettingsSection, D extends object>(shape: SectionShape<S, D>): SettingsForm<S, D> {
    const ports = { outbox: this.#session.outbox, reload: () => this.load() };
    return new SettingsForm(shape, SHIPPED_SETTINGS[shape.section], ports);
  }

  #take<S extends SettingsSection>(section: S, answer: KnownSettings): void {
    const values = answer[section];
    const version = answer.versions[section];
    if (values === undefined || version === undefined) return;
    const form = this.forms[section] as { take(values: Settings[S], version: number): void };
    form.take(values as Settings[S], version);
    const { [section]: typed, ...later } = this.#restored;
    this.#restored = later;
    if (typed) restoreSection(this.forms[section], typed);
  }
}

/** The settings of a session: what was changed and not saved outlives the page. */
export const settingsStoreOf = perSession((session) => {
  const store = new SettingsStore(session);
  draftsOf(session.me.id).follow('settings', store);
  return store;
});
