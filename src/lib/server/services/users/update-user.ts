import type { AuditChange, AuditEvent } from '../../../core/log/entry';
import { decideUserEdit, type UserFields } from '../../../core/users/users';
import { readBrand, updateUser as updateRow, type UserRow } from '../../db/tables/users-table';
import { readSection } from '../stored-settings/read-section';
import { newInvitation } from '../credentials/activation';
import { withoutAddresses } from '../write-path/address-change';
import { defineCommand } from '../write-path/define-command';
import { deniedEvent } from '../write-path/denied-event';
import type { Outcome } from '../write-path/mutation';
import type { Notice } from '../write-path/notices';
import { addressRefused, moveAddress, USERS } from '../write-path/own-logins';
import { denials } from '../write-path/refused-parts';
import { settingChanges, stamped } from '../write-path/setting-changes';
import { touchedPackage, userTarget } from '../write-path/tenant-records';
import { brandChanges, withoutPictures } from './brand-changes';
import { touchedUser } from './touched-user';
import type { UserUpdateAnswer } from './user-answers';
import { readNetworks, unknownZone } from './user-fields';

const NAME = 'users.update';

/** Changes a user, each field judged on its own (LIV-7). */
export const updateUser = defineCommand(NAME, {
  users: ({ id }) => [id],
  packages: ({ packageId }) => (packageId === undefined ? [] : [{ id: packageId, mode: 'share' }]),
  target: ({ id }) => ({ type: 'user', id }),
  // In one piece: one decision, and what it writes.
  async decide(context, input): Promise<Outcome<UserUpdateAnswer>> {
    const { tx, actor } = context;
    const touched = await touchedUser(context, input.id);
    if ('refused' in touched) return touched;
    const { row, has } = touched;
    const given = input.packageId === undefined ? undefined : await touchedPackage(context, input.packageId);
    if (given && 'refused' in given) return given;
    const read = readNetworks(input.ipAllowlist);
    if ('refused' in read) return read;
    const badZone = await unknownZone(tx, input.timeZone);
    if (badZone) return badZone;
    const brand = await readBrand(tx, row.id);
    const decision = decideUserEdit(
      actor,
      { ...row, brand, package: { ...has.row, effective: has.effective }, changed: row.fieldSeq },
      await readSection(tx, 'caps'),
      {
        ...input,
        ipAllowlist: read.networks,
        package: given && { ...given.row, effective: given.effective }
      }
    );
    if ('refused' in decision) return decision;
    const { fields } = decision;
    const parts = withoutPictures(decision.parts);
    const taken =
      fields.email === undefined ? null : await addressRefused(tx, actor, row, fields.email, USERS);
    if (taken) {
      parts.push({ ...taken, field: 'email' });
      delete fields.email;
    }
    // A link that is open went to the address of before: another takes its place, and no key makes one.
    if (fields.email !== undefined && row.activationHash !== null && context.session === null) {
      parts.push({ code: 'access/people-only', field: 'email' });
      delete fields.email;
    }
    const reinvited = fields.email !== undefined && row.activationHash !== null;
    const target = userTarget(row);
    const denied = denials(parts).map((refusal) => deniedEvent(NAME, target, refusal));
    const change = [...changes(row, fields), ...brandChanges(brand, fields.brand)];
    if (change.length === 0)
      return { answer: { seq: row.seq, applied: [], refused: parts }, events: denied, affects: [] };
    const seq = row.seq + 1;
    const { caps, counts, ipAllowlist, email, brand: worn, ...plain } = fields;
    const renamed = email === undefined ? [] : await moveAddress(tx, row, email, USERS);
    await updateRow(tx, row.id, {
      ...plain,
      ...(reinvited ? newInvitation(context.deps, { id: row.id, op: input.op, maker: actor.id }) : {}),
      ...(ipAllowlist === undefined ? {} : { ipAllowlist: [...ipAllowlist] }),
      ...(worn === undefined ? {} : { brand: { ...brand, ...worn } }),
      caps: { ...row.caps, ...caps },
      counts: { ...row.counts, ...counts },
      seq,
      fieldSeq: { ...row.fieldSeq, ...stamped(change, { seq, by: actor.name }) }
    });
    const moved = fields.packageId === undefined ? [] : [has.row, given!.row];
    return {
      answer: { seq, applied: change.map(({ path }) => path), refused: parts },
      events: [updated(row, fields, change), ...renamed, ...denied],
      affects: [
        `user:${row.id}`,
        ...moved.flatMap(({ id, roleId }) => [`package:${id}` as const, `members:${roleId}` as const])
      ],
      authority: [`user:${row.id}`],
      // To the address of before: whoever took the account over has the new one.
      notices:
        email === undefined ? [] : addressNotices(row, { email, by: actor.name, reinvited, op: input.op })
    };
  }
});

function addressNotices(
  row: UserRow,
  { email, by, reinvited, op }: { email: string; by: string; reinvited: boolean; op: string }
): Notice[] {
  const to = { kind: 'user' as const, id: row.id };
  const before: Notice = { to: { ...to, email: row.email }, kind: 'email-changed', data: { by, email } };
  const invitation: Notice = { to: { ...to, email }, kind: 'invitation', data: { by, invitation: op } };
  return [...(row.passwordHash === null ? [] : [before]), ...(reinvited ? [invitation] : [])];
}

/** Changes of a user; of addresses that may be somebody's only how many. */
function changes(row: UserRow, fields: UserFields): AuditChange[] {
  const plain = (['name', 'email', 'packageId', 'timeZone'] as const).flatMap((path) => {
    const value = fields[path];
    return value === undefined ? [] : [{ path, old: row[path], new: value }];
  });
  const { ipAllowlist } = fields;
  return [
    ...plain,
    ...settingChanges('caps', row.caps, fields.caps),
    ...settingChanges('counts', row.counts, fields.counts),
    ...(ipAllowlist === undefined
      ? []
      : [{ path: 'ipAllowlist', old: row.ipAllowlist.length, new: ipAllowlist.length }])
  ];
}

function updated(row: UserRow, { ipAllowlist }: UserFields, change: AuditChange[]): AuditEvent {
  const networks: Record<string, string> =
    ipAllowlist === undefined ? {} : { old: row.ipAllowlist.join(', '), new: ipAllowlist.join(', ') };
  const zone = change.find(({ path }) => path === 'timeZone');
  const zones: Record<string, string> =
    zone === undefined ? {} : { oldTimeZone: String(zone.old ?? ''), newTimeZone: String(zone.new ?? '') };
  // Where somebody lives is theirs: apart, where it can be erased (LOG-7).
  const told = withoutAddresses(
    change.map((one) => (one === zone ? { path: 'timeZone', old: null, new: null } : one))
  );
  const personal = { ...told.personal, ...networks, ...zones };
  return {
    ...{ action: 'user.updated', target: userTarget(row), outcome: 'success', change: told.change },
    ...(Object.keys(personal).length === 0 ? {} : { personal })
  };
}
