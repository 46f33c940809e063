import { AUDIT_ACTIONS, isQuiet, type AuditAction } from '../../../../core/log/actions';
import { isWholeId, searchable } from '../../../../core/log/log-tokens';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import type { EntryDoc } from '../../../db/log/audit-schema';
import type { LogFacts } from '../../../db/log/log-index-table';
import { deviceName } from '../../../auth/device-name';
import { readPersonalData } from '../wording/personal-data';
import { summarise } from '../wording/summary';

/** What an entry is found by (decision 0028). What is personal stays apart, to be erased with the rest of it. */
export function logFacts(
  catalogue: CatalogueIndex,
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
    target: doc.target.id,
    words: wordsOf(catalogue, doc),
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

function wordsOf(catalogue: CatalogueIndex, doc: EntryDoc): string {
  const { summary, detail } = summarise(catalogue, doc, null);
  const { id, name } = doc.target;
  const said = [summary, detail, doc.actor.name, name, isWholeId(id) ? null : id, doc.action, doc.reason];
  const changed = doc.change.flatMap(({ path, old, new: value }) => [
    path,
    ...valuesOf(old),
    ...valuesOf(value)
  ]);
  return searchable([...said, ...changed].filter(Boolean).join(' '));
}

function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return isWholeId(value) ? [] : [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => [key, ...valuesOf(each)]);
  return [];
}
