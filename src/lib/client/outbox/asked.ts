import {
  HANDED_PROCEDURES,
  HANDED_REASONS,
  handoverSubject,
  type HandedProcedure
} from '$lib/core/forwarding/handovers';
import { ROLE_FIELDS } from '$lib/core/roles/role-history';
import type { Change, DeedProcedure, OutboxRecord, Part, PartValue, Subject } from './record';
import { requestOf } from './requests';

/** What somebody asked for, without what belongs to the one request. */
export type AskedChange = { procedure: HandedProcedure; input: Readonly<Record<string, unknown>> };

/** What is handed on of a refused change; null when it is nothing that somebody else could do. */
export function askedOf(record: OutboxRecord): AskedChange | null {
  const { stage } = record;
  if (stage.is !== 'refused' || !HANDED_REASONS.some((code) => code === stage.reason.code)) return null;
  const { procedure, input } = requestOf(record);
  if (!isHanded(procedure)) return null;
  const { op: _, claimedAt: __, ...rest } = input;
  return { procedure, input: rest };
}

function isHanded(procedure: string): procedure is HandedProcedure {
  return Object.hasOwn(HANDED_PROCEDURES, procedure);
}

/** What an edit carries besides its parts. */
const FRAME: ReadonlySet<string> = new Set(['id', 'seen', 'seenParts', 'grant', 'revoke', 'caps']);
/** Fields that one part of an edit can hold. */
const FIELDS: ReadonlySet<string> = new Set([...ROLE_FIELDS, 'email', 'roleId']);

/** The same as a device keeps it. An edit that says more than a device ever asks for stays one deed. */
export function changeOf({ procedure, input }: AskedChange): { subject: Subject; change: Change } {
  const { type, id } = handoverSubject(procedure, input);
  const subject: Subject = type === 'new-role' ? 'roles' : `${type}:${id}`;
  const deed: Change = { kind: 'deed', procedure: procedure satisfies DeedProcedure, input };
  if (procedure !== 'roles.edit' && procedure !== 'administrators.update') return { subject, change: deed };
  const fields = Object.entries(input).filter(([key]) => !FRAME.has(key));
  if (!fields.every(([key]) => FIELDS.has(key))) return { subject, change: deed };
  const { grant = [], revoke = [], caps = {}, seen = 0, seenParts = {} } = input as EditInput;
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

type EditInput = {
  grant?: string[];
  revoke?: string[];
  caps?: Record<string, PartValue>;
  seen?: number;
  seenParts?: Record<string, number>;
};

/** The same in one's own name: with what one knows of the subject at this moment, and nothing that its author knew (LIV-6). */
export function asOwn({ procedure, input }: AskedChange, seen: number | null): AskedChange {
  const { seen: _, seenParts: __, ...rest } = input;
  const isJudgedByVersion =
    procedure === 'roles.edit' || procedure === 'administrators.update' || procedure === 'roles.restore';
  return { procedure, input: isJudgedByVersion && seen !== null ? { ...rest, seen } : rest };
}
