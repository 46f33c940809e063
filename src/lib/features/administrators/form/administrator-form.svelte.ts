import { takenAddressText } from '$lib/core/wording/refusals';
import { v4 as uuid } from 'uuid';
import { CAPS, type CapId, type CapLimit } from '$lib/core/quotas/caps';
import { emailProblem } from '$lib/core/administrators/email';
import { tidyText } from '$lib/core/text/names';
import { passwordProblem } from '$lib/core/sign-in/passwords';
import { personNameProblem } from '$lib/core/administrators/person-name';
import type { Refusal } from '$lib/core/access/refusal';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { capSetting, capSettings, emptyCaps, type CapEntries } from '$lib/shared/quotas/cap-entry';
import { aboveOwn, limitWords, type KnownCaps } from '$lib/shared/quotas/people-caps';
import type { Instructions } from './people-instructions';
import { draftsOf, type DraftForm } from '$lib/client/session/drafts';
import { perSession } from '$lib/client/session/per-session';
import { buildingRoleOf, type BuildingRole } from './building-role.svelte';

export type AdministratorField = 'name' | 'email' | 'password' | 'confirm' | 'roleId' | CapId;

/** Method of the first sign-in (ADM-5). */
export type WayIn = 'password' | 'invitation';

/**
 * Values that the fields of an administrator need of whatever holds them: the form for a new one, or the edits of
 * one.
 */
export type AdministratorFieldValues = {
  name: string;
  email: string;
  roleId: string;
  caps: CapEntries;
  /** The sentence under a field; null while there is nothing to say. */
  problem(field: AdministratorField): string | null;
  /** A field was changed. */
  changed(field: AdministratorField): void;
};

export type SaveOutcome =
  | { state: 'saved'; id: string; name: string; mailed: boolean }
  /** The fields say why. */
  | { state: 'wrong' }
  | { state: 'refused'; refusal: Refusal }
  /** No answer: saving again is safe, the person is added at most once. */
  | { state: 'unknown' };

const ORDER: readonly AdministratorField[] = [
  'name',
  'email',
  'password',
  'confirm',
  'roleId',
  ...CAPS.map(({ id }) => id)
];

/** Input of the form without its secrets. */
type AdministratorDraft = Pick<AdministratorForm, 'name' | 'email' | 'roleId' | 'caps' | 'way'>;

/**
 * The form for a new administrator (ADM-2). It outlives its page, so that building a role on the way loses nothing
 * (ADM-4); secrets are the exception, they are forgotten when the page is left.
 */
export class AdministratorForm implements AdministratorFieldValues, DraftForm<AdministratorDraft> {
  name = $state('');
  email = $state('');
  password = $state('');
  confirm = $state('');
  roleId = $state('');
  caps = $state(emptyCaps());
  way = $state<WayIn>('password');
  /** Sign-in instructions of those who were added, kept until dismissed: the four of a team are copied at the end. */
  tray = $state.raw<readonly Instructions[]>([]);
  saving = $state(false);

  /** Fields are judged once saving was tried, then while typing. */
  #tried = $state(false);
  #refused = $state.raw<Partial<Record<AdministratorField, string>>>({});
  #sent: { op: string; content: string } | null = null;

  readonly #own: () => KnownCaps;
  readonly #problems: Partial<Record<AdministratorField, string>> = $derived.by(() => this.#judge());

  /** The person left for the roles, to come back with one. */
  readonly building: BuildingRole;

  /** @param own the caps of whoever adds: nobody gives more than they may send (ACC-4) */
  constructor(own: () => KnownCaps, building: BuildingRole) {
    this.#own = own;
    this.building = building;
  }

  problem(field: AdministratorField): string | null {
    if (this.#refused[field]) return this.#refused[field];
    return this.#tried ? (this.#problems[field] ?? null) : null;
  }

  /** The first field with a problem, in the order of the form. */
  get firstProblem(): AdministratorField | null {
    return ORDER.find((field) => this.problem(field) !== null) ?? null;
  }

  /** Something was typed that would be lost. */
  get touched(): boolean {
    return [this.name, this.email, this.password].some((text) => text.trim() !== '');
  }

  draft(): AdministratorDraft | null {
    const { name, email, roleId, way } = this;
    const caps = $state.snapshot(this.caps);
    const isTyped = [name, email].some((text) => text.trim() !== '') || roleId !== '';
    return isTyped || CAPS.some(({ id }) => caps[id].on) ? { name, email, roleId, caps, way } : null;
  }

  restore(draft: AdministratorDraft): void {
    Object.assign(this, draft);
  }

  /** A field was changed: what the server said of it is of the past. */
  changed(field: AdministratorField): void {
    if (this.#refused[field] === undefined) return;
    const { [field]: _past, ...rest } = this.#refused;
    this.#refused = rest;
  }

  async save(): Promise<SaveOutcome> {
    this.#tried = true;
    this.#refused = {};
    const caps = capSettings(this.caps);
    if (this.firstProblem !== null || caps === null) return { state: 'wrong' };
    const content = {
      name: tidyText(this.name),
      email: this.email.trim(),
      roleId: this.roleId,
      ...(this.way === 'password' ? { password: this.password } : { invite: true }),
      ...(Object.keys(caps).length > 0 ? { caps } : {})
    };
    this.saving = true;
    try {
      const { id, link, mailed, linkWithheld } = await api.administrators.create.mutate({
        op: this.#opFor(JSON.stringify(content)),
        ...content
      });
      this.#sent = null;
      const { name, email } = content;
      this.tray = [...this.tray, { id, name, email, link, mailed, linkWithheld }];
      return { state: 'saved', id, name, mailed };
    } catch (error) {
      const refusal = refusalOf(error);
      if (isConnectionFault(error)) return { state: 'unknown' };
      if (!refusal) throw error;
      this.#sent = null;
      const field = fieldOf(refusal);
      if (!field) return { state: 'refused', refusal };
      this.#refused = { [field.name]: field.problem };
      return { state: 'wrong' };
    } finally {
      this.saving = false;
    }
  }

  /** Puts the instructions for one person away, or all of them. */
  putAway(id?: string): void {
    this.tray = id === undefined ? [] : this.tray.filter((each) => each.id !== id);
  }

  /** Ready for the next person: role, caps and way in stay (ADM-3). */
  startNext(): void {
    this.name = this.email = '';
    this.forgetSecrets();
    this.#refused = {};
  }

  forgetSecrets(): void {
    this.password = this.confirm = '';
    this.#sent = null;
    // An empty password is nobody's mistake now.
    this.#tried = false;
  }

  /** Back to an empty form. */
  clear(): void {
    this.startNext();
    this.roleId = '';
    this.caps = emptyCaps();
    this.way = 'password';
    this.building.now = false;
  }

  /** The same content after a lost answer is the same operation; other content is another. */
  #opFor(content: string): string {
    if (this.#sent?.content !== content) this.#sent = { op: uuid(), content };
    return this.#sent.op;
  }

  #judgePassword(): { password: string | null; confirm: string | null } {
    const context = [tidyText(this.name), this.email.trim().split('@')[0] ?? ''];
    return {
      password: this.password === '' ? 'Enter a password.' : passwordProblem(this.password, context),
      confirm: this.confirm === this.password ? null : 'The passwords don’t match.'
    };
  }

  #judge(): Partial<Record<AdministratorField, string>> {
    const email = this.email.trim();
    const problems: Partial<Record<AdministratorField, string | null>> = {
      name: personNameProblem(this.name),
      email: emailProblem(email),
      ...(this.way === 'password' ? this.#judgePassword() : {}),
      roleId: this.roleId === '' ? 'Choose a role.' : null
    };
    for (const { id } of CAPS) problems[id] = capProblem(this.#own(), id, this.caps);
    return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== null));
  }
}

/** Problem of a cap as it was typed, as a sentence for its row; null when there is none. */
export function capProblem(giver: KnownCaps, id: CapId, entries: CapEntries): string | null {
  const setting = capSetting(entries[id]);
  if (setting === null) return 'Enter a whole number, such as 10,000.';
  const limit = aboveOwn(giver, id, setting);
  return limit === null ? null : aboveOwnWords(limit);
}

function aboveOwnWords(limit: CapLimit): string {
  return `At most ${limitWords(limit)}: you can’t give more than your own cap.`;
}

function fieldOf(refusal: Refusal): { name: AdministratorField; problem: string } | null {
  if (refusal.code === 'not-found' && refusal.what === 'role')
    return { name: 'roleId', problem: 'This role has been deleted. Choose another one.' };
  if (refusal.code === 'input/taken' && refusal.field === 'email')
    return { name: 'email', problem: takenAddressText(refusal) };
  if (refusal.code === 'access/cap-above-own')
    return { name: refusal.cap, problem: aboveOwnWords(refusal.limit) };
  if (refusal.code !== 'input/invalid') return null;
  const name = ORDER.find((field) => refusal.field === field || refusal.field === `caps.${field}`);
  return name ? { name, problem: refusal.message } : null;
}

/** The form of a session. */
export const administratorFormOf = perSession((session) => {
  const form = new AdministratorForm(() => session.me, buildingRoleOf(session));
  draftsOf(session.me.id).follow('administrator', form);
  return form;
});
