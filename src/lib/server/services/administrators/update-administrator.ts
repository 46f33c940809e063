import { CAPS, type CapSettings } from '../../../core/quotas/caps';
import { decidePersonEdit } from '../../../core/administrators/people';
import type { RefusedPart } from '../../../core/roles/roles';
import {
  updateAdministrator as updateRow,
  type AdministratorRow
} from '../../db/tables/administrators-table';
import type { RoleRow } from '../../db/tables/roles-table';
import type { FieldStamp } from '../../db/schema/administrators';
import type { AffectedRecord } from '../write-path/audit';
import { deniedEvent } from '../write-path/denied-event';
import { withoutAddresses } from '../write-path/address-change';
import type { Notice } from '../write-path/notices';
import { addressRefused, moveAddress } from '../write-path/own-logins';
import { denials } from '../write-path/refused-parts';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { newInvitation } from '../credentials/activation';
import { whoNeedNewLink } from '../credentials/activation-makers';
import { personState } from '../write-path/person-state';

export type AdministratorUpdateInput = {
  op: string;
  claimedAt?: string | undefined;
  id: string;
  seen: number;
  seenParts?: Record<string, number> | undefined;
  name?: string | undefined;
  email?: string | undefined;
  roleId?: string | undefined;
  caps?: Partial<CapSettings> | undefined;
};

export type AdministratorUpdateAnswer = {
  seq: number;
  applied: string[];
  refused: RefusedPart[];
  /**
   * The open link or initial password is void with this change: whoever made it may do less than the new role
   * (ACC-2).
   */
  needsNewLink: boolean;
};

/** The fields that land, by what they become. */
type PersonFields = { name?: string; email?: string; roleId?: string; caps?: Partial<CapSettings> };

const NAME = 'administrators.update';

/** Changes name, email, role and caps of an administrator, each judged on its own (ADM-7, ADM-12). */
export const updateAdministrator = defineCommand('administrators.update', {
  people: ({ id }) => [id],
  locks: ({ roleId }) => (roleId === undefined ? [] : [{ id: roleId, mode: 'share' }]),
  target: ({ id }) => ({ type: 'administrator', id }),
  decide
});

async function decide(
  context: Decision,
  input: AdministratorUpdateInput
): Promise<Outcome<AdministratorUpdateAnswer>> {
  const { deps, tx, actor, roles } = context;
  const row = context.people.get(input.id);
  if (!row || row.deletedAt) return { refused: { code: 'not-found', what: 'administrator' } };
  const role = input.roleId === undefined ? null : roles.get(input.roleId);
  if (role === undefined) return { refused: { code: 'not-found', what: 'role' } };
  const { fields, parts } = await judge(context, row, role, input);

  const target = { type: 'administrator', id: row.id, name: row.name };
  const denied = denials(parts).map((refusal) => deniedEvent(NAME, target, refusal));
  const change = changes(row, fields);
  if (change.length === 0)
    return {
      answer: { seq: row.seq, applied: [], refused: parts, needsNewLink: false },
      events: denied,
      affects: []
    };

  // A link that went to an address which was wrong must not open the account: another one takes its place.
  const reinvited = fields.email !== undefined && row.activationHash !== null;
  const { roleId } = fields;
  // Another link takes the place of an open one: its maker is whoever edits.
  const needsNewLink =
    roleId !== undefined &&
    !reinvited &&
    (await whoNeedNewLink(deps, tx, [row], { roleId, roles: new Map() })).length > 0;
  const seq = row.seq + 1;
  const stamp: FieldStamp = { seq, by: actor.name, at: new Date().toISOString() };
  const names = fields.email === undefined ? [] : await moveAddress(tx, row, fields.email);
  await updateRow(tx, row.id, {
    seq,
    fieldSeq: { ...row.fieldSeq, ...Object.fromEntries(change.map(({ path }) => [path, stamp])) },
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(reinvited ? newInvitation(deps, { id: row.id, op: input.op, maker: actor.id }) : {}),
    ...(fields.roleId === undefined ? {} : { roleId: fields.roleId }),
    ...(fields.caps === undefined ? {} : { caps: { ...row.caps, ...fields.caps } })
  });
  const moved: AffectedRecord[] =
    fields.roleId === undefined ? [] : [`members:${row.roleId}`, `members:${fields.roleId}`];
  const action = change.every(({ path }) => path === 'roleId')
    ? 'administrator.role_changed'
    : 'administrator.edited';
  return {
    answer: { seq, applied: change.map(({ path }) => path), refused: parts, needsNewLink },
    events: [{ action, target, outcome: 'success', ...withoutAddresses(change) }, ...names, ...denied],
    affects: [`person:${row.id}`, ...moved],
    authority: [`person:${row.id}`],
    notices: noticesOf(actor, row, { ...fields, role, invitation: reinvited ? input.op : null })
  };
}

/** Judges an edit: the fields that are applied, and the parts that are refused. */
async function judge(
  context: Decision,
  row: AdministratorRow,
  role: RoleRow | null,
  { name, email, caps, seen, seenParts }: AdministratorUpdateInput
): Promise<{ fields: PersonFields; parts: RefusedPart[] }> {
  const { deps, tx, actor } = context;
  const effective = role && (await deps.grants.of(tx, role.id, role.seq)).effective;
  const edit = {
    ...{ seen, seenParts, name, email, caps },
    role: role && effective ? { id: role.id, effective } : undefined
  };
  const state = await personState(context, row);
  const { fields, parts } = decidePersonEdit(actor, state, await readSection(tx, 'caps'), edit);
  const refused = fields.email === undefined ? null : await addressRefused(tx, actor, row, fields.email);
  if (refused) {
    parts.push(refused);
    delete fields.email;
  }
  parts.push(...peopleOnly(context, row, fields));
  return { fields, parts };
}

/**
 * Parts refused to a caller without a session, which has a key: with it no account changes itself, and no new
 * invitation is made.
 */
function peopleOnly(
  { actor, session }: Pick<Decision, 'actor' | 'session'>,
  row: AdministratorRow,
  fields: PersonFields
): RefusedPart[] {
  if (session !== null) return [];
  return (['name', 'email'] as const).flatMap((field) => {
    const invites = field === 'email' && row.activationHash !== null;
    if (fields[field] === undefined || (actor.id !== row.id && !invites)) return [];
    delete fields[field];
    return [{ code: 'access/people-only' as const, field }];
  });
}

type Told = PersonFields & { role: { name: string } | null; invitation: string | null };

/** Notices to the person; `invitation`: the operation that made another link. */
function noticesOf(
  actor: Decision['actor'],
  row: AdministratorRow,
  { email, roleId, role, invitation }: Told
): Notice[] {
  const notices: Notice[] = [];
  if (roleId !== undefined)
    notices.push({ to: row, kind: 'role-changed', data: { by: actor.name, role: role!.name } });
  // To the address of before: whoever took the account over has the new one.
  if (email !== undefined) {
    const by = actor.id === row.id ? null : actor.name;
    notices.push({ to: row, kind: 'email-changed', data: { by, email } });
  }
  if (invitation !== null)
    notices.push({
      to: { id: row.id, email: email! },
      kind: 'invitation',
      data: { by: actor.name, invitation }
    });
  return notices;
}

function changes(
  row: { name: string; email: string; roleId: string; caps: CapSettings },
  fields: PersonFields
): { path: string; old: string | number; new: string | number }[] {
  const plain = (['name', 'email', 'roleId'] as const).flatMap((path) => {
    const value = fields[path];
    return value === undefined ? [] : [{ path, old: row[path], new: value }];
  });
  const caps = CAPS.flatMap(({ id }) => {
    const value = fields.caps?.[id];
    return value === undefined ? [] : [{ path: `caps.${id}`, old: row.caps[id], new: value }];
  });
  return [...plain, ...caps];
}
