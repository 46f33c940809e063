import type { RequestedChange } from '$lib/client/outbox/requested-change';
import type { PartValue, Subject } from '$lib/client/outbox/record';
import type { Action } from '$lib/core/access/catalogue';
import { requestedParts, isEdit } from '$lib/core/forwarding/handovers';
import { permissionName } from '$lib/core/wording/permissions';
import { partLabel, partValue, type Known } from './record-words';

/**
 * One thing that would be applied: a permission, with what it is, or a field with what it holds now; null where that
 * is not known.
 */
export type RequestedLine = { key: string; name: string } & (
  | { is: 'permission'; on: boolean; action: Action | null }
  | { is: 'field'; old: string | null; value: string }
);

/** Lookup of the present value of a part; undefined where it is not known. */
export type Now = (key: string) => PartValue | undefined;

/** Everything that is asked for, one by one (UX-7): what destroys or is sensitive first, then as it was asked. */
export function requestedLines(
  { procedure, input }: RequestedChange,
  subject: Subject,
  now: Now,
  known: Known
): RequestedLine[] {
  const permission = (id: string, on: boolean): RequestedLine => {
    const action = known.catalogue.actions.get(id) ?? null;
    return { key: id, name: permissionName(known.catalogue, id), is: 'permission', on, action };
  };
  if (procedure === 'roles.create' || procedure === 'userRoles.create')
    return byWeight((input.permissions ?? []).map((id) => permission(id, true)));
  if (!isEdit(procedure)) return [];
  const ticked = new Set(
    'grant' in input || 'revoke' in input ? [...(input.grant ?? []), ...(input.revoke ?? [])] : []
  );
  return byWeight(
    requestedParts(procedure, input).map(([key, value]) => {
      if (ticked.has(key)) return permission(key, value === true);
      const old = now(key);
      return {
        key,
        name: partLabel(subject, key),
        is: 'field',
        old: old === undefined ? null : partValue(subject, key, old, known),
        value: partValue(subject, key, value as PartValue, known)
      };
    })
  );
}

function byWeight(lines: RequestedLine[]): RequestedLine[] {
  const weight = (line: RequestedLine) => {
    if (line.is === 'field') return 2;
    return line.action?.kind === 'destructive' || line.action?.sensitive || line.action?.ownerOnly ? 1 : 0;
  };
  return lines.toSorted((a, b) => weight(b) - weight(a));
}
