import { isDeepStrictEqual } from 'node:util';
import { LATER_ACTIONS, requirePermission } from '../../../core/access/access';
import type { AuditChange, AuditEvent } from '../../../core/log/entry';
import type { Refusal } from '../../../core/access/refusal';
import type { RefusedPart } from '../../../core/roles/roles';
import type { SeenVersions } from '../../../core/access/seen';
import {
  SECTION_PERMISSION,
  SETTINGS_SECTIONS,
  type MailSettings,
  type Settings,
  type SettingsSection
} from '../../../core/settings/settings';
import { readsZoneAlike } from './database-zone';
import { EVERY_USER } from '../../db/driver/notify';
import { findAdministrator, findOwner } from '../../db/tables/administrators-table';
import { shortenKeys } from '../../db/tables/api-keys-table';
import { readSection } from '../stored-settings/read-section';
import { lockSettings, readSettingsRow, writeSettingsRow } from '../../db/tables/settings-table';
import { defineCommand } from '../write-path/define-command';
import { deniedEvent } from '../write-path/denied-event';
import type { Notice } from '../write-path/notices';
import { denials } from '../write-path/refused-parts';
import { secretMark } from '../write-path/secret-mark';
import type { Decision, Outcome } from '../write-path/mutation';
import { decideSection, PASSWORD, type SectionEdit } from './decide-section';
import { loggedValue } from './logged-value';
import { sealMailPassword } from './mail-password';
import { authorsAfter, type MailAuthorship } from '../stored-settings/mail-authors';
import { mailServerNotices } from './mail-server-notices';
import type { RuleFacts } from './section-rules';
import { sectionValue, storedSection, type StoredSection } from '../stored-settings/stored-section';

type Patch<T> = { [K in keyof T]?: T[K] | undefined };

type MailPatch = Patch<Omit<MailSettings, 'passwordSet'>> & {
  /** A new password; null takes the stored one away. */
  password?: string | null | undefined;
};

export type SettingsUpdateInput = SeenVersions & {
  op: string;
  claimedAt?: string | undefined;
  mail?: MailPatch | undefined;
} & { [S in Exclude<SettingsSection, 'mail'>]?: Patch<Settings[S]> | undefined };

export type SettingsUpdateAnswer = {
  /** The versions of the sections that were named. */
  versions: Partial<Record<SettingsSection, number>>;
  refused: RefusedPart[];
};

const NAME = 'settings.update';

/**
 * Sections whose changes the owner is told of (OWN-3): those about how people get in, and how long their doings
 * are kept.
 */
const SECURITY: ReadonlySet<SettingsSection> = new Set([
  'twoFactor',
  'passwords',
  'sessions',
  'keys',
  'retention'
]);

/** Sections that a user's console shows as the installation has them, where the user has nothing of its own. */
const TOLD_TO_USERS: ReadonlySet<SettingsSection> = new Set(['branding', 'general']);

/**
 * Changes settings, each field judged on its own (SET-1). What identifies the operation holds a mark of the mail
 * server's password, and the password is sealed before the transaction.
 */
export const updateSettings = defineCommand('settings.update', {
  target: (input: SettingsUpdateInput) => targetOf(sectionsOf(input)),
  kept(input, { keyring }) {
    const { mail } = input;
    if (typeof mail?.password !== 'string') return input;
    return { ...input, mail: { ...mail, password: secretMark(keyring, mail.password) } };
  },
  /** The sealed password; null: there is none, or the stored one goes. */
  prepare({ deps }, { mail }) {
    const password = mail?.password;
    const sealed = typeof password === 'string' ? sealMailPassword(deps.keyring, password) : null;
    return Promise.resolve({ answer: sealed });
  },
  decide
});

async function decide(
  context: Decision,
  input: SettingsUpdateInput,
  sealed: string | null
): Promise<Outcome<SettingsUpdateAnswer>> {
  const { deps, tx, actor } = context;
  const sections = sectionsOf(input);
  const missing = sections.map((section) => requirePermission(actor, SECTION_PERMISSION[section]));
  if (missing.every((refusal) => refusal !== null)) return { refused: missing[0]! };

  await lockSettings(tx);
  const twoFactor = (await findAdministrator(tx, actor.id))?.twoFactor ?? false;
  const facts: RuleFacts = {
    actor: { owner: actor.owner, caps: actor.caps, twoFactor },
    passwordGiven: input.mail?.password !== undefined,
    ceilings: await readSection(tx, 'caps'),
    isDatabaseZone: await readsZoneAlike(tx, input.general?.timeZone),
    mailPorts: deps.mailPorts
  };
  const versions: SettingsUpdateAnswer['versions'] = {};
  const refused: RefusedPart[] = [];
  const events: AuditEvent[] = [];
  let mailBefore: StoredSection<'mail'> | null = null;
  for (const [index, section] of sections.entries()) {
    const given = { facts, missing: missing[index] ?? null, sealed };
    const done = await changeSection(context, section, input, given);
    versions[section] = done.seq;
    refused.push(...done.refused);
    if (section === 'mail') mailBefore = done.before as StoredSection<'mail'>;
    if (section === 'keys' && done.change.length > 0) done.change.push(...(await keysShortened(context)));
    if (done.change.length > 0) events.push(changedEvent(section, done.change));
  }
  const changed = events.map(({ target }) => target.id as SettingsSection);
  const denied = [
    ...denials(refused),
    ...refused.filter(({ code }) => code === 'auth/two-factor-required')
  ].map((refusal) => deniedEvent(NAME, targetOf(sections), refusal));
  return {
    answer: { versions, refused },
    events: [...events, ...denied],
    affects: [
      ...changed.map((section) => `settings:${section}` as const),
      ...(changed.includes('keys') ? ['applications:all' as const] : [])
    ],
    // Whoever has no second factor must set one up before anything else: at once, on every open page.
    ...(changed.includes('twoFactor') || changed.includes('keys') ? { authority: ['all' as const] } : {}),
    // Pages of users hold no document of the settings: they hear that what these say of them has changed, and ask.
    news: changed.some((section) => TOLD_TO_USERS.has(section)) ? [EVERY_USER] : [],
    notices: [
      ...(await noticesOf(context, changed)),
      ...(mailBefore && changed.includes('mail') ? await mailServerNotices(context, mailBefore) : [])
    ]
  };
}

type SectionChange<S extends SettingsSection> = {
  seq: number;
  change: NonNullable<AuditEvent['change']>;
  refused: RefusedPart[];
  before: StoredSection<S>;
};

async function changeSection<S extends SettingsSection>(
  { tx, actor }: Decision,
  section: S,
  input: SettingsUpdateInput,
  given: { facts: RuleFacts; missing: Refusal | null; sealed: string | null }
): Promise<SectionChange<S>> {
  const stored = storedSection(section, await readSettingsRow(tx, section));
  const { password, ...values } = input[section] as SectionEdit<S>['values'] & Pick<MailPatch, 'password'>;
  const edit: SectionEdit<S> = {
    seen: input,
    values: values as SectionEdit<S>['values'],
    // Taking away what is not there changes nothing.
    password: password !== undefined && (password !== null || stored.passwordSealed !== null)
  };
  const { next, applied, refused } = decideSection(section, stored, edit, given);
  const authorship: MailAuthorship = {
    id: actor.id,
    superAdministrator: actor.permissions.has(LATER_ACTIONS),
    named: [...Object.keys(values), ...(edit.password ? [PASSWORD] : [])],
    changed: applied
  };
  const isMail = section === 'mail' && given.missing === null && refused.length === 0;
  const authors = isMail ? authorsAfter(stored.authors, authorship) : stored.authors;
  // Saving what is there already takes it over, where somebody else set it.
  const takesOver = stored.seq > 0 && !isDeepStrictEqual(authors, stored.authors);
  if (applied.length === 0 && !takesOver) return { seq: stored.seq, change: [], refused, before: stored };

  const seq = stored.seq + 1;
  const at = new Date();
  const stamp = { seq, by: actor.name, at: at.toISOString() };
  const passwordSealed = applied.includes(PASSWORD) ? given.sealed : stored.passwordSealed;
  const value = sectionValue({
    values: section === 'mail' ? { ...next, passwordSet: passwordSealed !== null } : next,
    changed: { ...stored.changed, ...Object.fromEntries(applied.map((field) => [field, stamp])) },
    passwordSealed,
    authors: section === 'mail' ? authors : null
  });
  await writeSettingsRow(tx, { section, value, seq, byName: actor.name, at });
  const change = applied.map((field) => {
    const path = `${section}.${field}`;
    if (field === PASSWORD)
      return passwordSealed === null ? { path, old: 'set', new: null } : { path, old: null, new: 'set' };
    const of = (from: Settings[S]) => loggedValue(path, from[field as keyof Settings[S]]);
    return { path, old: of(stored.values), new: of(next) };
  });
  if (applied.length === 0) change.push({ path: `${section}.answeredFor`, old: null, new: actor.name });
  return { seq, change, refused, before: stored };
}

/** A lower maximum is one for the keys that exist, too (APP-2); a higher one lengthens none. */
async function keysShortened({ tx }: Decision): Promise<AuditChange[]> {
  const shortened = await shortenKeys(tx, (await readSection(tx, 'keys')).mostDays);
  return shortened === 0 ? [] : [{ path: 'keysShortened', old: null, new: shortened }];
}

async function noticesOf({ tx, actor }: Decision, changed: readonly SettingsSection[]): Promise<Notice[]> {
  const sections = changed.filter((section) => SECURITY.has(section));
  const owner = sections.length > 0 ? await findOwner(tx) : null;
  if (!owner) return [];
  const data = { by: actor.name, sections: sections.join(', ') };
  return [{ to: owner, kind: 'security-settings-changed', data }];
}

function changedEvent(section: SettingsSection, change: NonNullable<AuditEvent['change']>): AuditEvent {
  return {
    action: 'settings.changed',
    target: { type: 'settings', id: section, name: null },
    outcome: 'success',
    change
  };
}

function targetOf(sections: readonly SettingsSection[]): { type: string; id: string } {
  return { type: 'settings', id: sections.join(',') };
}

function sectionsOf(input: SettingsUpdateInput): SettingsSection[] {
  return SETTINGS_SECTIONS.filter((section) => input[section] !== undefined);
}
