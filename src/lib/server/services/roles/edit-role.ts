import { nameKey } from '../../../core/names';
import type { Refusal } from '../../../core/refusal';
import { decideRoleEdit, type RefusedPart } from '../../../core/roles';
import { pipelined } from '../../db/pipelined';
import { readCells, updateRole, writeCells, type RoleRow } from '../../db/roles-table';
import { deniedEvent, type Decision, type Mutation, type Outcome } from '../write-path';
import { grantEvents } from './grant-events';
import { roleNameTaken } from './name-is-free';
import { roleState } from './role-state';

export type RoleEditInput = {
  op: string;
  id: string;
  seen: number;
  grant?: string[] | undefined;
  revoke?: string[] | undefined;
  name?: string | undefined;
  description?: string | undefined;
  require2fa?: boolean | undefined;
};

export type RoleEditAnswer = {
  /** The role's version after this edit. */
  seq: number;
  /** What is different now because of it. */
  applied: { granted: string[]; revoked: string[]; fields: string[] };
  refused: RefusedPart[];
};

/** Ticks, unticks, renames, describes, requires 2FA (ROL-4, ROL-8). */
export const editRole: Mutation<RoleEditInput, RoleEditAnswer> = {
  name: 'roles.edit',
  permission: 'people.roles.edit',
  locks: ({ id }) => [{ id, mode: 'update' }],
  target: ({ id }) => ({ type: 'role', id }),
  decide
};

async function decide(context: Decision, input: RoleEditInput): Promise<Outcome<RoleEditAnswer>> {
  const { deps, tx, actor } = context;
  const row = context.roles.get(input.id);
  if (!row) return { refused: { code: 'not-found', what: 'role' } };

  const { grant = [], revoke = [] } = input;
  const [cells, state] = await pipelined([
    readCells(tx, row.id, [...new Set([...grant, ...revoke])]),
    roleState(context, row)
  ]);
  const decision = decideRoleEdit(
    deps.catalogue,
    actor,
    state,
    new Map(
      cells.map((cell) => [
        cell.permissionId,
        { on: cell.on, version: cell.seq, by: cell.byName, at: cell.at.toISOString() }
      ])
    ),
    { ...input, grant, revoke }
  );
  if ('refused' in decision) return decision;

  const { granted, revoked, parts } = decision;
  const fields = { ...decision.fields };
  if (fields.name !== undefined) {
    const taken = await roleNameTaken(tx, fields.name, row.id);
    if (taken) {
      parts.push({ ...taken, field: 'name' });
      delete fields.name;
    }
  }

  const changedFields = Object.keys(fields) as (keyof typeof fields)[];
  const target = { type: 'role', id: row.id, name: row.name };
  const deniedEvents = denials(parts).map((refusal) => deniedEvent('roles.edit', target, refusal));
  if (granted.length + revoked.length + changedFields.length === 0) {
    const answer = { seq: row.seq, applied: { granted, revoked, fields: [] }, refused: parts };
    return { answer, events: deniedEvents, touches: [] };
  }

  const seq = row.seq + 1;
  const at = new Date();
  const written = [...granted.map((id) => ({ id, on: true })), ...revoked.map((id) => ({ id, on: false }))];
  await pipelined([
    updateRole(tx, row.id, {
      seq,
      permissionCount: row.permissionCount + granted.length - revoked.length,
      ...stamped(fields, seq, actor.name, at)
    }),
    writeCells(
      tx,
      written.map(({ id, on }) => ({
        roleId: row.id,
        permissionId: id,
        on,
        seq,
        byId: actor.id,
        byName: actor.name,
        at
      }))
    )
  ]);
  const fieldChanges = changedFields.map((field) => ({
    path: field,
    old: row[field],
    new: fields[field] ?? null
  }));
  return {
    answer: { seq, applied: { granted, revoked, fields: changedFields }, refused: parts },
    events: [...grantEvents('role.edited', target, granted, revoked, fieldChanges), ...deniedEvents],
    // Whether a person must have two factors is shown with the person.
    touches: fields.require2fa === undefined ? [`role:${row.id}`] : [`role:${row.id}`, `holders:${row.id}`],
    authority: granted.length + revoked.length > 0 ? [`role:${row.id}`] : []
  };
}

/** What of an edit was denied, for the log: one refusal per rule that was broken. */
function denials(parts: readonly RefusedPart[]): Refusal[] {
  const denied = parts.filter((part) => part.code.startsWith('access/'));
  const byCode = new Map(denied.map((part) => [part.code, part]));
  const notHeld = denied.flatMap((part) => (part.code === 'access/not-held' ? part.permissions : []));
  return [...byCode.values()].map((part) =>
    part.code === 'access/not-held' ? { code: part.code, permissions: notHeld } : part
  );
}

function stamped(
  fields: { name?: string; description?: string; require2fa?: boolean },
  seq: number,
  by: string,
  at: Date
): Partial<RoleRow> {
  return {
    ...(fields.name === undefined
      ? {}
      : { name: fields.name, nameKey: nameKey(fields.name), nameSeq: seq, nameBy: by, nameAt: at }),
    ...(fields.description === undefined
      ? {}
      : { description: fields.description, descriptionSeq: seq, descriptionBy: by, descriptionAt: at }),
    ...(fields.require2fa === undefined
      ? {}
      : { require2fa: fields.require2fa, require2faSeq: seq, require2faBy: by, require2faAt: at })
  };
}
