import { v4 as uuid } from 'uuid';
import { CAPS, type CapId } from '$lib/core/caps';
import { emailProblem } from '$lib/core/email';
import { tidyText } from '$lib/core/names';
import { passwordProblem } from '$lib/core/passwords';
import { personNameProblem } from '$lib/core/person-name';
import type { Refusal } from '$lib/core/refusal';
import { api, isConnectionFault, refusalOf } from './api';
import { capSetting, capSettings, emptyCaps } from './cap-entry';
import type { Session } from './session.svelte';

export type AdministratorField = 'name' | 'email' | 'password' | 'confirm' | 'roleId' | CapId;

/** How an attempt to save ended. */
export type SaveOutcome =
  | { state: 'saved'; id: string; name: string }
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

/**
 * The form for a new administrator (ADM-2). It outlives its page, so that building a role on the way loses nothing
 * (ADM-4); secrets are the exception, they are forgotten when the page is left.
 */
export class AdministratorForm {
  name = $state('');
  email = $state('');
  password = $state('');
  confirm = $state('');
  roleId = $state('');
  caps = $state(emptyCaps());
  saving = $state(false);
  /** The person left for the roles, to come back with one. */
  buildingRole = $state(false);

  /** Fields are judged once saving was tried, then while typing. */
  #tried = $state(false);
  #refused = $state.raw<Partial<Record<AdministratorField, string>>>({});
  #sent: { op: string; content: string } | null = null;

  readonly #problems: Partial<Record<AdministratorField, string>> = $derived.by(() => this.#judge());

  /** The sentence under a field; null while there is nothing to say. */
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
      password: this.password,
      ...(Object.keys(caps).length > 0 ? { caps } : {})
    };
    this.saving = true;
    try {
      const { id } = await api.administrators.create.mutate({
        op: this.#opFor(JSON.stringify(content)),
        ...content
      });
      this.#sent = null;
      return { state: 'saved', id, name: content.name };
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

  /** Ready for the next person: role and caps stay (ADM-3). */
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
    this.buildingRole = false;
  }

  /** The same content after a lost answer is the same operation; other content is another. */
  #opFor(content: string): string {
    if (this.#sent?.content !== content) this.#sent = { op: uuid(), content };
    return this.#sent.op;
  }

  #judge(): Partial<Record<AdministratorField, string>> {
    const email = this.email.trim();
    const problems: Partial<Record<AdministratorField, string | null>> = {
      name: personNameProblem(this.name),
      email: emailProblem(email),
      password:
        this.password === ''
          ? 'The password is missing.'
          : passwordProblem(this.password, [tidyText(this.name), email.split('@')[0] ?? '']),
      confirm: this.confirm === this.password ? null : 'This is not the same password.',
      roleId: this.roleId === '' ? 'Choose a role.' : null
    };
    for (const { id } of CAPS)
      if (capSetting(this.caps[id]) === null) problems[id] = 'A whole number, such as 10,000.';
    return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== null));
  }
}

function fieldOf(refusal: Refusal): { name: AdministratorField; problem: string } | null {
  if (refusal.code === 'not-found' && refusal.what === 'role')
    return { name: 'roleId', problem: 'This role was deleted meanwhile. Choose another one.' };
  if (refusal.code === 'input/taken' && refusal.field === 'email')
    return { name: 'email', problem: `There is an administrator with this address: ${refusal.looksLike}.` };
  if (refusal.code !== 'input/invalid') return null;
  const name = ORDER.find((field) => refusal.field === field || refusal.field === `caps.${field}`);
  return name ? { name, problem: refusal.message } : null;
}

const forms = new WeakMap<Session, AdministratorForm>();

/** The form of a session. */
export function administratorFormOf(session: Session): AdministratorForm {
  const known = forms.get(session);
  if (known) return known;
  const form = new AdministratorForm();
  forms.set(session, form);
  return form;
}
