import { isHandedCommand, type HandedCommandName } from '$lib/core/commands';
import {
  HANDED_REASONS,
  handoverSubject,
  isEdit,
  type HandoverSubject
} from '$lib/core/forwarding/handovers';
import type { Change, WholeCommand, OutboxRecord, Part, PartValue, Subject } from './record';
import { commandOf, isFieldOf } from './requests';

/** Change that somebody asked for, without what belongs to the one request. */
export type RequestedChange = WholeCommand<HandedCommandName>;

/** Change that can be handed on in place of a refused one; null when nobody else could do it. */
export function requestedChangeOf(record: OutboxRecord): RequestedChange | null {
  const { stage } = record;
  if (stage.is !== 'refused' || !HANDED_REASONS.some((code) => code === stage.reason.code)) return null;
  const { procedure, input } = commandOf(record);
  if (!isHandedCommand(procedure)) return null;
  const { op: _, claimedAt: __, ...rest } = { claimedAt: undefined, ...input };
  return { procedure, input: rest } as RequestedChange;
}

/** Fields of an edit's input besides its parts. */
const FRAME: ReadonlySet<string> = new Set(['id', 'seen', 'seenParts', 'grant', 'revoke', 'caps']);

/** The same as a device keeps it. An edit that says more than a device ever asks for stays one command. */
export function changeOf(asked: RequestedChange): { subject: Subject; change: Change } {
  const { procedure, input } = asked;
  const subject = subjectOf(handoverSubject(procedure, input));
  const command: Change = { kind: 'command', ...asked };
  if (procedure !== 'roles.edit' && procedure !== 'userRoles.edit' && procedure !== 'administrators.update')
    return { subject, change: command };
  const fields = Object.entries(input).filter(([key]) => !FRAME.has(key));
  if (!fields.every(([key]) => isFieldOf(procedure, key))) return { subject, change: command };
  const { seen, seenParts = {} } = input;
  const {
    grant = [],
    revoke = [],
    caps = {}
  } = { grant: undefined, revoke: undefined, caps: undefined, ...input };
  const values: [string, PartValue, PartValue][] = [
    ...grant.map((key): [string, PartValue, PartValue] => [key, true, false]),
    ...revoke.map((key): [string, PartValue, PartValue] => [key, false, true]),
    ...fields.map(([key, value]): [string, PartValue, PartValue] => [key, value as PartValue, null]),
    ...Object.entries(caps).map(([key, value]): [string, PartValue, PartValue] => [
      `caps.${key}`,
      value,
      null
    ])
  ];
  const parts = values.map(([key, value, from]): [string, Part] => [
    key,
    { value, from, seen: seenParts[key] ?? seen }
  ]);
  return { subject, change: { kind: 'edit', parts: Object.fromEntries(parts) } };
}

/** Commands that are judged by the version that their author had seen. */
const KNOWING: ReadonlySet<string> = new Set([
  'roles.restore',
  'userRoles.restore',
  'administrators.reactivate'
]);

/**
 * The same in one's own name: with what one knows of the subject at this moment, and nothing that its author knew
 * (LIV-6).
 */
export function asOwn({ procedure, input }: RequestedChange, seen: number | null): RequestedChange {
  const { seen: _, seenParts: __, ...rest } = { seen: undefined, seenParts: undefined, ...input };
  const isJudgedByVersion = isEdit(procedure) || KNOWING.has(procedure);
  const own = isJudgedByVersion && seen !== null ? { ...rest, seen } : rest;
  return { procedure, input: own } as RequestedChange;
}

function subjectOf({ type, id }: HandoverSubject): Subject {
  if (id !== null) return `${type}:${id}`;
  return type === 'new-role' ? 'roles' : 'userRoles';
}
