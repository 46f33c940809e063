import { AUDIT_ACTIONS, isQuiet, type AuditAction } from '../../../../core/log/actions';
import { isWholeId, searchable } from '../../../../core/log/log-tokens';
import { fieldName } from '../../../../core/wording/fields';
import { permissionName } from '../../../../core/wording/permissions';
import type { EntryDoc } from '../../../db/log/audit-schema';
import type { LogFacts } from '../../../db/log/log-index-table';
import { deviceName } from '../../../auth/device-name';
import { readPersonalData } from '../wording/personal-data';
import { sentence } from '../wording/sentence';
import { summarise } from '../wording/summary';
import type { Known } from '../wording/wording';

/** Facts an entry is found by (decision 0028). Personal data stays apart, to be erased with the rest of it. */
export function logFacts(
  known: Known,
  entry: { seq: number; n: number; doc: EntryDoc; personalData: Uint8Array | null }
): LogFacts {
  const { seq, n, doc } = entry;
  const { ip, email, userAgent } = readPersonalData(entry.personalData);
  return {
    seq,
    n,
    at: doc.at,
    view: viewOf(doc.action),
    action: doc.action,
    outcome: doc.outcome,
    actor: doc.actor.id,
    behalf: doc.on_behalf_of?.id ?? null,
    target: doc.target.id,
    words: wordsOf(known, doc),
    ip,
    ...rolesOf(doc),
    personal: searchable([email, ip, deviceName(userAgent)].filter(Boolean).join(' '))
  };
}

/** The ids among what an entry names: they are looked for whole. */
export function wholeIds(named: readonly (string | null | undefined)[]): string[] {
  return named.filter((id): id is string => typeof id === 'string' && isWholeId(id));
}

function rolesOf({ outcome, change }: EntryDoc): { old_role: string | null; new_role: string | null } {
  const step = outcome === 'success' ? change.find(({ path }) => path === 'roleId') : undefined;
  const role = (id: unknown) => (typeof id === 'string' ? id : null);
  return { old_role: role(step?.old), new_role: role(step?.new) };
}

function viewOf(action: string): string {
  if (isQuiet(action)) return 'quiet';
  return Object.hasOwn(AUDIT_ACTIONS, action) ? AUDIT_ACTIONS[action as AuditAction] : 'other';
}

/**
 * All that the lists show of an entry, as they word it: its row, its sentence, and what was changed from what to
 * what.
 */
function wordsOf(known: Known, doc: EntryDoc): string {
  const { summary, detail } = summarise(known.catalogue, doc, null);
  const { id, name } = doc.target;
  const told = sentence(doc, known).map((piece) => (typeof piece === 'string' ? piece : piece.b));
  const named = [
    doc.actor.name,
    doc.on_behalf_of?.name,
    doc.actor.key,
    name,
    isWholeId(id) ? null : id,
    doc.action,
    doc.reason
  ];
  const changed = doc.change.flatMap(({ path, old, new: value }) => [
    path,
    fieldName(path),
    ...[old, value].flatMap((side) => [...valuesOf(side), ...namesOf(known, path, side)])
  ]);
  return searchable([summary, detail, told.join(''), ...named, ...changed].filter(Boolean).join(' '));
}

/** Names shown in place of ids: of permissions, of roles and of packages. */
function namesOf({ catalogue, roleName, packageName }: Known, path: string, value: unknown): string[] {
  const ids = Array.isArray(value) ? value : [value];
  const texts = ids.filter((id): id is string => typeof id === 'string');
  if (path === 'roleId') return texts.flatMap((id) => roleName(id) ?? []);
  if (path === 'packageId') return texts.flatMap((id) => packageName(id) ?? []);
  return texts.filter((id) => catalogue.actions.has(id)).map((id) => permissionName(catalogue, id));
}

function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return isWholeId(value) ? [] : [value];
  // Also as a reader sees it: "5,000" beside "5000".
  if (typeof value === 'number') return [...new Set([String(value), value.toLocaleString('en')])];
  if (typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => [key, ...valuesOf(each)]);
  return [];
}
