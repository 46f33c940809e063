import { partsOfRef } from '$lib/core/records';
import { ROLE_FIELDS } from '$lib/core/roles/role-history';
import type { OutboxRecord, Part, Parts, PartValue, Subject } from './record';

/** What goes to the server. */
export type Request = { procedure: string; input: Readonly<Record<string, unknown>> };

/** The request of a change: the same each time it is asked for once the change is fixed. */
export function requestOf(record: OutboxRecord): Request {
  const { change, op, claimedAt, subject } = record;
  const head = { op, ...(claimedAt === undefined ? {} : { claimedAt }) };
  if (change.kind === 'deed') return { procedure: change.procedure, input: { ...head, ...change.input } };
  const shape = shapeOf(subject);
  checkParts(
    subject,
    Object.entries(change.parts).map(([key, { value }]) => ({ key, value }))
  );
  return {
    procedure: shape.procedure,
    input: { ...head, ...shape.values(change.parts), ...versions(change.parts) }
  };
}

/** One version for all parts, and those of single parts where they differ. */
function versions(parts: Parts): { seen: number; seenParts?: Record<string, number> } {
  const seen = Math.max(...Object.values(parts).map((part) => part.seen));
  const others = Object.entries(parts).filter(([, part]) => part.seen !== seen);
  if (others.length === 0) return { seen };
  return { seen, seenParts: Object.fromEntries(others.map(([key, part]) => [key, part.seen])) };
}

type Shape = { procedure: string; values(parts: Parts): Record<string, unknown> };

/** Which procedure edits a subject, and how its parts are written there. */
function shapeOf(subject: Subject): Shape {
  const { kind, id } = partsOfRef(subject);
  switch (kind) {
    case 'role':
      return { procedure: 'roles.edit', values: (parts) => ({ id, ...roleValues(parts) }) };
    case 'person':
      return { procedure: 'administrators.update', values: (parts) => ({ id, ...personValues(parts) }) };
    case 'settings':
      return { procedure: 'settings.update', values: (parts) => ({ [id]: plainValues(parts) }) };
    case 'profile':
      return { procedure: 'me.update', values: plainValues };
    default:
      throw new Error(`nothing edits ${subject}`);
  }
}

const ROLE_FIELD_NAMES: ReadonlySet<string> = new Set(ROLE_FIELDS);

/** Whether a part of a role is one of its permissions: everything that is no field. */
export function isPermission(key: string): boolean {
  return !ROLE_FIELD_NAMES.has(key);
}

/** @throws Error for a part that the procedure of its subject has no place for: it would be lost without a word */
export function checkParts(subject: Subject, parts: readonly { key: string; value: PartValue }[]): void {
  if (partsOfRef(subject).kind !== 'role') return;
  for (const { key, value } of parts) {
    if (isPermission(key) && typeof value !== 'boolean')
      throw new Error(`${key}, ${JSON.stringify(value)}, is neither a permission nor a field of a role`);
  }
}

function roleValues(parts: Parts): Record<string, unknown> {
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

const CAP = 'caps.';

function personValues(parts: Parts): Record<string, unknown> {
  const isCap = ([key]: [string, Part]) => key.startsWith(CAP);
  const entries = Object.entries(parts);
  const caps = entries.filter(isCap).map(([key, { value }]) => [key.slice(CAP.length), value]);
  return {
    ...plainValues(Object.fromEntries(entries.filter((entry) => !isCap(entry)))),
    ...(caps.length > 0 ? { caps: Object.fromEntries(caps) } : {})
  };
}

function plainValues(parts: Parts): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).map(([key, { value }]) => [key, value]));
}
