import type { Refusal } from '$lib/core/refusal';
import type { RefusedPart } from '$lib/core/roles';
import type { RoleField, Sendable } from './wish-queue';

/** An edit that did not land, kept with its reason until its author decides (LIV-8). */
export type AttentionItem = {
  /** Unique in this page. */
  readonly key: string;
  readonly reason: Refusal;
  /** The permissions concerned, and what was asked of them. */
  readonly permissions: ReadonlyMap<string, boolean>;
  readonly field: RoleField | null;
  /** The value asked for, when a field is concerned. */
  readonly value: string | boolean | undefined;
  /** Milliseconds since the epoch, by this browser's clock. */
  readonly at: number;
};

/** What a refused part is about. A part may name a missing permission besides: then the field says what was asked. */
export function subjectOf(
  request: Sendable,
  part: RefusedPart
): { field: RoleField } | { permission: string } | null {
  if (part.field !== undefined && part.field in request.fields) return { field: part.field as RoleField };
  return part.permission === undefined ? null : { permission: part.permission };
}

/** Gathers the refused parts of one request: one item per reason, since ten lines of the same say no more than one. */
export function collectAttention(
  request: Sendable,
  refused: readonly RefusedPart[],
  now = Date.now()
): AttentionItem[] {
  const items = new Map<string, AttentionItem & { permissions: Map<string, boolean> }>();
  for (const part of refused) {
    const subject = subjectOf(request, part);
    const field = subject && 'field' in subject ? subject.field : null;
    const by = 'by' in part ? part.by : '';
    const group = `${request.input.op} ${part.code} ${by} ${field ?? ''}`;
    const item = items.get(group) ?? {
      key: group,
      reason: part,
      permissions: new Map<string, boolean>(),
      field,
      value: field ? request.fields[field] : undefined,
      at: now
    };
    if (subject && 'permission' in subject)
      item.permissions.set(subject.permission, request.permissions.get(subject.permission) ?? true);
    items.set(group, item);
  }
  return [...items.values()];
}
