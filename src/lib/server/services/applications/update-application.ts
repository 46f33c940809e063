import { decideApplicationEdit, type ApplicationEditDecision } from '../../../core/applications/applications';
import type { AuditChange } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import type { RefusedPart } from '../../../core/roles/roles';
import { updateApplication as updateRow, type ApplicationRow } from '../../db/tables/applications-table';
import { defineCommand } from '../write-path/define-command';
import { deniedEvent } from '../write-path/denied-event';
import { denials } from '../write-path/refused-parts';
import type { Outcome } from '../write-path/mutation';
import { applicationTarget, permissionsOfRole, touchedApplication } from './application-action';
import { applicationNameTaken, notASteward, readAllowlist } from './application-fields';

export type ApplicationUpdateAnswer = { seq: number; applied: string[]; refused: RefusedPart[] };

const NAME = 'applications.update';

/** Changes an application, each field judged on its own; what it may do then is in force at once. */
export const updateApplication = defineCommand(NAME, {
  locks: ({ roleId }) => (roleId === undefined ? [] : [{ id: roleId, mode: 'share' }]),
  stewards: ({ stewardId }) => (stewardId === undefined ? [] : [stewardId]),
  applications: (_tx, { id }) => Promise.resolve([id]),
  target: ({ id }) => ({ type: 'application', id }),
  async decide(context, input): Promise<Outcome<ApplicationUpdateAnswer>> {
    const { tx, actor, roles } = context;
    const touched = await touchedApplication(context, input.id);
    if ('refused' in touched) return touched;
    const { row, effective } = touched;
    const role = input.roleId === undefined ? null : roles.get(input.roleId);
    if (role === undefined) return { refused: { code: 'not-found', what: 'role' } };
    const allowlist = input.allowlist === undefined ? null : readAllowlist(input.allowlist);
    if (allowlist && 'refused' in allowlist) return allowlist;
    const decision = decideApplicationEdit(
      actor,
      { ...row, effective, changed: row.fieldSeq },
      {
        ...input,
        allowlist: allowlist?.networks,
        role: role ? { id: role.id, effective: await permissionsOfRole(context, role.id) } : undefined
      }
    );
    if ('refused' in decision) return decision;
    const { fields, parts } = decision;
    const taken = fields.name === undefined ? null : await applicationNameTaken(tx, fields.name, row.id);
    if (taken) {
      parts.push({ ...taken, field: 'name' });
      delete fields.name;
    }
    const noSteward = fields.stewardId === undefined ? null : notASteward(context, fields.stewardId);
    if (noSteward) {
      parts.push({ ...noSteward, field: 'stewardId' });
      delete fields.stewardId;
    }
    const target = applicationTarget(row);
    const denied = denials(parts).map((refusal) => deniedEvent(NAME, target, refusal));
    const change = changes(row, fields);
    if (change.length === 0)
      return { answer: { seq: row.seq, applied: [], refused: parts }, events: denied, affects: [] };

    const seq = row.seq + 1;
    const stamp = { seq, by: actor.name, at: new Date().toISOString() };
    const { allowlist: networks, ...plain } = fields;
    await updateRow(tx, row.id, {
      ...plain,
      ...(networks === undefined ? {} : { allowlist: [...networks] }),
      ...(fields.name === undefined ? {} : { nameKey: nameKey(fields.name) }),
      ...(fields.stewardId === undefined ? {} : { stewardGoneAt: null }),
      seq,
      fieldSeq: { ...row.fieldSeq, ...Object.fromEntries(change.map(({ path }) => [path, stamp])) }
    });
    return {
      answer: { seq, applied: change.map(({ path }) => path), refused: parts },
      events: [{ action: 'application.edited', target, outcome: 'success', change }, ...denied],
      affects: [`application:${row.id}`],
      authority: [`application:${row.id}`]
    };
  }
});

/** Changes of an edit as the log says them: of addresses only how many, since they may be somebody's. */
function changes(row: ApplicationRow, fields: ApplicationEditDecision['fields']): AuditChange[] {
  const { allowlist, ...plain } = fields;
  return [
    ...(Object.keys(plain) as (keyof typeof plain)[]).map((path) => ({
      path,
      old: row[path],
      new: plain[path] ?? null
    })),
    ...(allowlist === undefined
      ? []
      : [{ path: 'allowlist', old: row.allowlist.length, new: allowlist.length }])
  ];
}
