import type { WaitingCommandName } from '$lib/core/commands';
import type { EditingProcedure } from '$lib/core/forwarding/handovers';
import { partsOfRef } from '$lib/core/records';
import type { CommandRequest } from '$lib/protocol/commands/commands';
import type { OutboxRecord, Parts, PartValue, Subject } from './record';

/** A command with all of its input. */
export type Command<N extends WaitingCommandName = WaitingCommandName> = {
  [K in N]: { readonly procedure: K; readonly input: CommandRequest<K> };
}[N];

/** Request to the server, whichever command it is. */
export type Request = { procedure: string; input: Readonly<Record<string, unknown>> };

/** The request of a change: the same each time it is asked for once the change is fixed. */
export function requestOf(record: OutboxRecord): Request {
  return commandOf(record);
}

/** The command that a change is, with all that is sent of it. */
export function commandOf(record: OutboxRecord): Command {
  const { change, op, claimedAt, subject } = record;
  const head = { op, ...(claimedAt === undefined ? {} : { claimedAt }) };
  if (change.kind === 'command')
    return { procedure: change.procedure, input: { ...head, ...change.input } } as Command;
  checkParts(
    subject,
    Object.entries(change.parts).map(([key, { value }]) => ({ key, value }))
  );
  return editOf(subject, change.parts, { ...head, ...versions(change.parts) });
}

type Head = { op: string; claimedAt?: string; seen: number; seenParts?: Record<string, number> };

/** One version for all parts, and those of single parts where they differ. */
function versions(parts: Parts): Omit<Head, 'op' | 'claimedAt'> {
  const seen = Math.max(...Object.values(parts).map((part) => part.seen));
  const others = Object.entries(parts).filter(([, part]) => part.seen !== seen);
  if (others.length === 0) return { seen };
  return { seen, seenParts: Object.fromEntries(others.map(([key, part]) => [key, part.seen])) };
}

/** The command that edits a subject, with its parts as they are written there. */
function editOf(subject: Subject, parts: Parts, head: Head): Command {
  const { kind, id } = partsOfRef(subject);
  switch (kind) {
    case 'role':
      return { procedure: 'roles.edit', input: { ...head, id, ...roleValues(parts) } };
    case 'user-role':
      return { procedure: 'userRoles.edit', input: { ...head, id, ...roleValues(parts) } };
    case 'person':
      return { procedure: 'administrators.update', input: { ...head, id, ...groupedValues(parts) } };
    case 'user':
      return { procedure: 'users.update', input: { ...head, id, ...userValues(parts) } };
    case 'package':
      return { procedure: 'packages.update', input: { ...head, id, ...groupedValues(parts) } };
    case 'settings':
      return { procedure: 'settings.update', input: { ...head, [id]: plainValues(parts) } };
    case 'profile':
      return { procedure: 'me.update', input: { ...head, ...plainValues(parts) } };
    default:
      throw new Error(`nothing edits ${subject}`);
  }
}

/** The commands that edit values, where each value has a field of its own in the input. */
type Editing = EditingProcedure | 'users.update' | 'packages.update' | 'me.update';

/** Fields of an edit besides those of its record. */
type Frame = 'op' | 'claimedAt' | 'id' | 'seen' | 'seenParts' | 'grant' | 'revoke' | Group;

// From when two-factor sign-in is required is said together with it, in one command; that a role was reviewed is a
// command.
const ROLE_FIELDS = {
  name: true,
  description: true,
  require2fa: true,
  require2faFrom: false,
  reviewedCatalogue: false
} as const;

/**
 * The fields of a record that its edit takes, and whether they are kept as parts. The compiler asks for each field
 * of the schema: a new one is entered here, and is no permission by mistake.
 */
const FIELDS: {
  readonly [N in Editing]: Readonly<Record<Exclude<keyof CommandRequest<N>, Frame>, boolean>>;
} = {
  'roles.edit': ROLE_FIELDS,
  'userRoles.edit': ROLE_FIELDS,
  'administrators.update': { name: true, email: true, roleId: true },
  'users.update': {
    ...{ name: true, email: true, packageId: true, ipAllowlist: true, timeZone: true },
    ...{ brandName: true, brandAccent: true, brandLogo: true }
  },
  'packages.update': { name: true, roleId: true },
  'me.update': { name: true, email: true }
};

/** True if an edit keeps this field as a part. */
export function isFieldOf(procedure: Editing, key: string): boolean {
  const fields: Readonly<Record<string, boolean>> = FIELDS[procedure];
  return Object.hasOwn(fields, key) && fields[key] === true;
}

/** True if a part of a role is one of its permissions: everything that is no field. */
export function isPermission(key: string): boolean {
  return !Object.hasOwn(FIELDS['roles.edit'], key);
}

/** Fields that hold settings by id: `caps.daily` is the setting `daily` of `caps`. */
const GROUPS = ['caps', 'counts', 'switches'] as const;
type Group = (typeof GROUPS)[number];

const groupOf = (key: string): Group | null => GROUPS.find((group) => key.startsWith(`${group}.`)) ?? null;

/** Groups of settings that the edit of each kind of record takes. */
const GROUPS_OF: Readonly<Record<string, readonly Group[]>> = {
  person: ['caps'],
  user: ['caps', 'counts'],
  package: ['caps', 'counts', 'switches']
};

/** @throws Error for a part that the command of its subject has no place for: it would be lost without a word */
export function checkParts(subject: Subject, parts: readonly { key: string; value: PartValue }[]): void {
  const { kind } = partsOfRef(subject);
  for (const { key, value } of parts) {
    const named = `${key}, ${JSON.stringify(value)}, is`;
    if (
      (kind === 'role' || kind === 'user-role') &&
      !isFieldOf('roles.edit', key) &&
      !(isPermission(key) && typeof value === 'boolean')
    )
      throw new Error(`${named} neither a permission nor a field of a role`);
    const group = groupOf(key);
    const isGrouped = group !== null && GROUPS_OF[kind]?.includes(group) === true;
    if (kind === 'person' && !isFieldOf('administrators.update', key) && !isGrouped)
      throw new Error(`${named} neither a cap nor a field of an administrator`);
    if (kind === 'user' && !isFieldOf('users.update', key) && !isGrouped)
      throw new Error(`${named} neither a limit nor a field of a user`);
    if (kind === 'package' && !isFieldOf('packages.update', key) && !isGrouped)
      throw new Error(`${named} neither a limit, a switch nor a field of a package`);
    if (kind === 'profile' && !isFieldOf('me.update', key))
      throw new Error(`${named} no field of one’s own account`);
  }
}

function roleValues(parts: Parts): Partial<Omit<CommandRequest<'roles.edit'>, keyof Head>> {
  const entries = Object.entries(parts);
  const ticked = (on: boolean) =>
    entries.filter(([key, { value }]) => isPermission(key) && value === on).map(([key]) => key);
  const [grant, revoke] = [ticked(true), ticked(false)];
  return {
    ...(grant.length > 0 ? { grant } : {}),
    ...(revoke.length > 0 ? { revoke } : {}),
    ...plainValues(Object.fromEntries(entries.filter(([key]) => !isPermission(key))))
  };
}

/** Settings go by their group; everything else under its own name. */
function groupedValues(parts: Parts): Record<string, PartValue | Record<string, PartValue>> {
  const values: Record<string, PartValue | Record<string, PartValue>> = {};
  for (const [key, { value }] of Object.entries(parts)) {
    const group = groupOf(key);
    if (group === null) values[key] = value;
    else values[group] = { ...(values[group] as object), [key.slice(group.length + 1)]: value };
  }
  return values;
}

/** Addresses and networks are one part, a line each. */
function userValues(parts: Parts): Record<string, unknown> {
  const { ipAllowlist, ...rest } = groupedValues(parts);
  if (ipAllowlist === undefined) return rest;
  return { ...rest, ipAllowlist: String(ipAllowlist).split('\n').filter(Boolean) };
}

function plainValues(parts: Parts): Record<string, PartValue> {
  return Object.fromEntries(Object.entries(parts).map(([key, { value }]) => [key, value]));
}
