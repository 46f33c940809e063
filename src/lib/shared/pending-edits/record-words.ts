import { isPermission } from '$lib/client/outbox/requests';
import type { WholeCommandName } from '$lib/core/commands';
import type { WholeCommand, OutboxRecord, PartValue, Subject } from '$lib/client/outbox/record';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import { idInRef, partsOfRef } from '$lib/core/records';
import type { WholeCommandInput } from '$lib/protocol/commands/commands';
import type { Refusal } from '$lib/core/access/refusal';
import { fieldValue, partFieldLabel } from '../words/field-words';
import { personRefusalWords, refusalWords, type RefusalWords } from '$lib/core/wording/refusals';
import { permissionNames } from '$lib/core/wording/permissions';
import { settingLabel } from '$lib/core/wording/setting-labels';
import { counted } from '$lib/ui/counted';
import { settingValue } from '../words/settings-words';

/** Facts that words about a change need. */
export type Known = {
  catalogue: CatalogueIndex;
  roleName: (id: string) => string;
  packageName?: (id: string) => string;
};

type CommandWords<N extends WholeCommandName> = (
  name: string,
  input: WholeCommandInput<N>,
  known: Known
) => string;

/** Names of the commands that wait; the compiler asks for every one. `name`: of its record. */
const COMMAND_WORDS: { readonly [N in WholeCommandName]: CommandWords<N> } = {
  'owner.accept': () => 'Accept ownership',
  'owner.decline': () => 'Decline ownership',
  'owner.offer': (name) => `Offer ownership to ${name}`,
  'owner.withdraw': () => 'Withdraw the ownership offer',
  'roles.edit': (name) => `Edit the role ${name}`,
  'roles.create': (name, { from, permissions }, { roleName }) =>
    `Create the role ${name}${typeof from === 'string' ? ` as a copy of ${roleName(from)}` : ''}${countWords(permissions)}`,
  'roles.delete': (name, { reassignTo }, { roleName }) =>
    `Delete the role ${name}${typeof reassignTo === 'string' ? ` and move its members to ${roleName(reassignTo)}` : ''}`,
  'roles.restore': (name, { seq }) =>
    typeof seq === 'number' ? `Restore version ${seq} of ${name}` : `Restore an earlier version of ${name}`,
  'userRoles.edit': (name) => `Edit the user role ${name}`,
  'userRoles.create': (name, { from, permissions }, { roleName }) =>
    `Create the user role ${name}${typeof from === 'string' ? ` as a copy of ${roleName(from)}` : ''}${countWords(permissions)}`,
  'userRoles.delete': (name, { reassignTo }, { roleName }) =>
    `Delete the user role ${name}${typeof reassignTo === 'string' ? ` and move its packages to ${roleName(reassignTo)}` : ''}`,
  'userRoles.restore': (name, { seq }) =>
    typeof seq === 'number' ? `Restore version ${seq} of ${name}` : `Restore an earlier version of ${name}`,
  'roles.revokeSessions': (name) => `Sign out everyone in ${name}`,
  'administrators.update': (name) => `Edit the account of ${name}`,
  'administrators.suspend': (name) => `Suspend ${name}`,
  'administrators.reactivate': (name) => `Reactivate ${name}`,
  'administrators.unlock': (name) => `Unlock ${name}`,
  'administrators.delete': (name, { hard }) =>
    hard === true ? `Delete ${name} permanently` : `Deactivate ${name}`,
  'administrators.require2fa': (name, { required, from }) =>
    required === false
      ? `Stop requiring two-factor sign-in for ${name}`
      : `Require two-factor sign-in for ${name}${typeof from === 'string' ? ` from ${new Date(from).toLocaleDateString()}` : ''}`,
  'administrators.reset2fa': (name) => `Reset the second factor of ${name}`,
  'administrators.revokeSessions': (name, { sid }) =>
    typeof sid === 'string' ? `End one session of ${name}` : `Sign ${name} out`,
  'packages.update': (name) => `Edit the package ${name}`,
  'packages.delete': (name, { replaceWith }, { packageName }) =>
    typeof replaceWith === 'string'
      ? `Delete the package ${name} and move its users to ${packageName?.(replaceWith) ?? 'another'}`
      : `Delete the package ${name}`,
  'users.update': (name) => `Edit the user ${name}`,
  'users.suspend': (name, { until }) =>
    typeof until === 'string'
      ? `Suspend the user ${name} until ${new Date(until).toLocaleString()}`
      : `Suspend the user ${name}`,
  'users.reactivate': (name) => `Reactivate the user ${name}`,
  'users.close': (name) => `Close the account of the user ${name}`,
  'handovers.settle': (name) => `Confirm that the change of ${name} is done`
};

function commandWords<N extends WholeCommandName>(
  { procedure, input }: WholeCommand<N>,
  label: string,
  known: Known
): string {
  return COMMAND_WORDS[procedure](label, input, known);
}

function countWords(permissions: unknown): string {
  if (!Array.isArray(permissions) || permissions.length === 0) return '';
  return permissions.length === 1 ? ' with 1 permission' : ` with ${counted(permissions.length)} permissions`;
}

const ROLE_FIELDS: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  require2fa: 'Require 2FA',
  require2faFrom: 'Require 2FA from'
};

/** True if a change is about an existing role. */
function isOfRole(subject: Subject): boolean {
  return idInRef(subject, 'role') !== null || idInRef(subject, 'user-role') !== null;
}

/** The part of a subject as its label says it. */
export function partLabel(subject: Subject, key: string): string {
  const { kind } = partsOfRef(subject);
  if (isOfRole(subject)) return ROLE_FIELDS[key] ?? key;
  if (kind === 'settings') return settingLabel(key);
  return partFieldLabel(key);
}

/** A value as people read it. */
export function partValue(subject: Subject, key: string, value: PartValue, known: Known): string {
  if (partsOfRef(subject).kind === 'settings') return settingValue(key, value);
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  const inherits = partsOfRef(subject).kind === 'user' ? 'As the package' : 'Platform default';
  return fieldValue(key, value, { ...known, inherits }) || 'Empty';
}

/** Change that was asked for, in a line: "Tick Contacts › Export and 3 more". */
export function requestWords(
  { change, label, subject }: Pick<OutboxRecord, 'change' | 'label' | 'subject'>,
  known: Known
): string {
  if (change.kind === 'command') return commandWords(change, label, known);
  const entries = Object.entries(change.parts);
  const ticks = (on: boolean) =>
    isOfRole(subject)
      ? entries.filter(([key, { value }]) => isPermission(key) && value === on).map(([key]) => key)
      : [];
  const [on, off] = [ticks(true), ticks(false)];
  const ticked = new Set([...on, ...off]);
  const fields = entries
    .filter(([key]) => !ticked.has(key))
    .map(([key, { value }]) => `${partLabel(subject, key)}: ${partValue(subject, key, value, known)}`);
  return [
    ...(on.length > 0 ? [`Tick ${permissionNames(known.catalogue, on)}`] : []),
    ...(off.length > 0 ? [`Untick ${permissionNames(known.catalogue, off)}`] : []),
    ...fields
  ].join(' · ');
}

/** Consequence of a change that did not land: "Contacts › Export stays off". */
export function outcomeWords(record: OutboxRecord, known: Known): string {
  const { change, subject } = record;
  const entries = change.kind === 'edit' ? Object.entries(change.parts) : [];
  const isTicks = isOfRole(subject) && entries.length > 0 && entries.every(([key]) => isPermission(key));
  const [first] = entries;
  if (!isTicks || !first || !entries.every(([, { value }]) => value === first[1].value))
    return requestWords(record, known);
  const names = permissionNames(
    known.catalogue,
    entries.map(([key]) => key)
  );
  return `${names} ${entries.length > 1 ? 'stay' : 'stays'} ${first[1].value === true ? 'off' : 'on'}`;
}

/** Reason a change did not land, in words. */
export function reasonWords(subject: Subject, reason: Refusal, { catalogue }: Known): RefusalWords {
  return ['person', 'profile', 'user'].includes(partsOfRef(subject).kind)
    ? personRefusalWords(reason, catalogue)
    : refusalWords(reason, catalogue);
}

/** The page of a subject; the compiler asks for every kind. */
export function pageOf(subject: Subject): string {
  const { kind, id } = partsOfRef(subject);
  switch (kind) {
    case 'roles':
      return '/roles';
    case 'userRoles':
      return '/roles?for=users';
    case 'role':
      return `/roles/${id}`;
    case 'user-role':
      return `/roles/${id}?for=users`;
    case 'person':
      return `/administrators/${id}`;
    case 'user':
      return `/users/${id}`;
    case 'package':
      return `/packages/${id}`;
    case 'settings':
      return `/settings#${id}`;
    case 'profile':
      return '/account';
  }
}
