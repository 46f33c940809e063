import { changedSet } from '../../../core/access/changed-set';
import type { AuditChange } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import { ROLE_TARGET } from '../../../core/roles/role-kinds';
import {
  decideRoleEdit,
  type RefusedPart,
  type RoleEdit,
  type RoleFieldChanges
} from '../../../core/roles/roles';
import type { AuditedTransaction } from '../../db/driver/transaction';
import { updateRole, writeCells, type RoleRow } from '../../db/tables/roles-table';
import { deniedEvent } from '../write-path/denied-event';
import { readEditedRole, type EditedRole } from '../write-path/edited-role';
import { denials } from '../write-path/refused-parts';
import type { Decision, Outcome } from '../write-path/mutation';
import { whoNeedNewLink } from '../credentials/activation-makers';
import { grantEvents } from './grant-events';
import { roleNameTaken } from './name-is-free';
import { cellState, roleStateOf } from './role-state';

export type RoleEditAnswer = {
  /** The role's version after this edit. */
  seq: number;
  /** Changes that were applied. */
  applied: { granted: string[]; revoked: string[]; fields: string[] };
  refused: RefusedPart[];
  /** Number of members who need a new link: whoever made their open one may do less than the role now (ACC-2). */
  needNewLink: number;
};

/** Request behind an edit, as the log names it. */
export type RoleEditRequest = {
  procedure: string;
  /** Reason the role changed, when it was not edited by hand. */
  reason?: string;
  /** Changes that the entry says besides the edit itself. */
  notes?: readonly AuditChange[];
};

/**
 * Decides an edit of a locked role (ROL-4, ROL-8, ROL-9): what may land of it, entries and the answer that says
 * part by part what was refused.
 */
export async function applyRoleEdit(
  context: Decision,
  row: RoleRow,
  edit: RoleEdit,
  asked: RoleEditRequest
): Promise<Outcome<RoleEditAnswer>> {
  const { deps, tx, actor } = context;
  const role = context.edited ?? (await readEditedRole(deps, tx, { ...edit, id: row.id }));
  const { cells, membership, toActivate } = role;
  const state = roleStateOf(row, membership, (await role.grantsAt(row.seq)).effective);
  const decision = decideRoleEdit(deps.catalogue, actor, state, new Map(cells.map(cellState)), edit);
  if ('refused' in decision) return decision;

  const { granted, revoked, parts } = decision;
  const fields = { ...decision.fields };
  if (fields.name !== undefined) {
    const taken = await roleNameTaken(tx, row.kind, fields.name, row.id);
    if (taken) {
      parts.push({ ...taken, field: 'name' });
      delete fields.name;
    }
  }

  const changedFields = Object.keys(fields) as (keyof typeof fields)[];
  const target = { type: ROLE_TARGET[row.kind], id: row.id, name: row.name };
  const deniedEvents = denials(parts).map((refusal) => deniedEvent(asked.procedure, target, refusal));
  if (granted.length + revoked.length + changedFields.length === 0) {
    const answer = {
      seq: row.seq,
      applied: { granted, revoked, fields: [] },
      refused: parts,
      needNewLink: 0
    };
    return { answer, events: deniedEvents, affects: [] };
  }

  const needNewLink =
    granted.length > 0
      ? await membersWithoutLink(context, row.id, toActivate, widened(state.effective, granted))
      : 0;
  const seq = row.seq + 1;
  const fieldChanges = changedFields.map((field) => ({
    path: field,
    old: field === 'require2faFrom' ? (row.require2faFrom?.toISOString() ?? null) : row[field],
    new: fields[field] ?? null
  }));
  const { reason, notes = [] } = asked;
  const edited = grantEvents('role.edited', target, granted, revoked, [...fieldChanges, ...notes]);
  return {
    answer: { seq, applied: { granted, revoked, fields: changedFields }, refused: parts, needNewLink },
    writes: writes(actor, row, { granted, revoked, fields, seq }),
    events: [...edited.map((event) => (reason ? { ...event, reason } : event)), ...deniedEvents],
    // Whether a person must have two factors is shown with the person.
    affects: fields.require2fa === undefined ? [`role:${row.id}`] : [`role:${row.id}`, `holders:${row.id}`],
    // Whoever lacks a second factor that is asked of them now must not go on.
    authority:
      granted.length + revoked.length > 0 || fields.require2fa !== undefined ? [`role:${row.id}`] : []
  };
}

type AppliedEdit = { granted: string[]; revoked: string[]; fields: RoleFieldChanges; seq: number };

/** Statements that write what was applied, as version `seq` of the role. */
function writes(
  actor: Decision['actor'],
  row: RoleRow,
  { granted, revoked, fields, seq }: AppliedEdit
): ((tx: AuditedTransaction) => Promise<void>)[] {
  const at = new Date();
  const written = [...granted.map((id) => ({ id, on: true })), ...revoked.map((id) => ({ id, on: false }))];
  const by = { seq, byId: actor.id, byName: actor.name, at };
  const change = {
    seq,
    permissionCount: row.permissionCount + granted.length - revoked.length,
    ...stamped(fields, seq, actor.name, at)
  };
  const cells = written.map(({ id, on }) => ({ roleId: row.id, permissionId: id, on, ...by }));
  return [(tx) => updateRole(tx, row.id, change), (tx) => writeCells(tx, cells)];
}

/** Number of members of a role, of those with an open link, whose link is void once the role grants this. */
async function membersWithoutLink(
  { deps, tx }: Decision,
  roleId: string,
  open: EditedRole['toActivate'],
  effective: ReadonlySet<string>
): Promise<number> {
  return (await whoNeedNewLink(deps, tx, open, { roles: new Map([[roleId, effective]]) })).length;
}

function widened(held: ReadonlySet<string>, granted: readonly string[]): ReadonlySet<string> {
  return changedSet(
    held,
    granted.map((id) => [id, true])
  );
}

function stamped(fields: RoleFieldChanges, seq: number, by: string, at: Date): Partial<RoleRow> {
  const { reviewedCatalogue } = fields;
  return {
    ...(reviewedCatalogue === undefined ? {} : { reviewedCatalogue }),
    ...(fields.name === undefined
      ? {}
      : { name: fields.name, nameKey: nameKey(fields.name), nameSeq: seq, nameBy: by, nameAt: at }),
    ...(fields.description === undefined
      ? {}
      : { description: fields.description, descriptionSeq: seq, descriptionBy: by, descriptionAt: at }),
    ...(fields.require2fa === undefined
      ? {}
      : { require2fa: fields.require2fa, require2faSeq: seq, require2faBy: by, require2faAt: at }),
    ...(fields.require2faFrom === undefined
      ? {}
      : { require2faFrom: fields.require2faFrom === null ? null : new Date(fields.require2faFrom) })
  };
}
