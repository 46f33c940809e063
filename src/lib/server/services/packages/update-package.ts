import { decidePackageEdit, type PackageFields } from '../../../core/packages/packages';
import type { AuditChange } from '../../../core/log/entry';
import { nameKey } from '../../../core/text/names';
import {
  findPackageByNameKey,
  updatePackage as updateRow,
  type PackageRow
} from '../../db/tables/packages-table';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import { deniedEvent } from '../write-path/denied-event';
import type { Outcome } from '../write-path/mutation';
import { nameTaken } from '../write-path/name-taken';
import { denials } from '../write-path/refused-parts';
import { settingChanges, stamped } from '../write-path/setting-changes';
import { packageTarget, touchedPackage, userRole } from '../write-path/tenant-records';
import type { PackageUpdateAnswer } from './package-answers';

const NAME = 'packages.update';

/** Changes a package, each field judged on its own; it reaches all of its users at once (TEN-2). */
export const updatePackage = defineCommand(NAME, {
  packages: ({ id }) => [{ id, mode: 'update' }],
  locks: ({ roleId }) => (roleId === undefined ? [] : [{ id: roleId, mode: 'share' }]),
  target: ({ id }) => ({ type: 'package', id }),
  async decide(context, input): Promise<Outcome<PackageUpdateAnswer>> {
    const { tx, actor } = context;
    const touched = await touchedPackage(context, input.id);
    if ('refused' in touched) return touched;
    const { row, effective } = touched;
    const role = input.roleId === undefined ? undefined : await userRole(context, input.roleId);
    if (role === null) return { refused: { code: 'not-found', what: 'role' } };
    const decision = decidePackageEdit(
      actor,
      { ...row, effective, changed: row.fieldSeq },
      await readSection(tx, 'caps'),
      { ...input, role }
    );
    if ('refused' in decision) return decision;
    const { fields, parts } = decision;
    const taken =
      fields.name === undefined
        ? null
        : await nameTaken(fields.name, (key) => findPackageByNameKey(tx, key), row.id);
    if (taken) {
      parts.push({ ...taken, field: 'name' });
      delete fields.name;
    }
    const target = packageTarget(row);
    const denied = denials(parts).map((refusal) => deniedEvent(NAME, target, refusal));
    const change = changes(row, fields);
    if (change.length === 0)
      return { answer: { seq: row.seq, applied: [], refused: parts }, events: denied, affects: [] };
    const seq = row.seq + 1;
    const { name, roleId } = fields;
    await updateRow(tx, row.id, {
      ...(name === undefined ? {} : { name, nameKey: nameKey(name) }),
      ...(roleId === undefined ? {} : { roleId }),
      caps: { ...row.caps, ...fields.caps },
      counts: { ...row.counts, ...fields.counts },
      switches: { ...row.switches, ...fields.switches },
      seq,
      fieldSeq: { ...row.fieldSeq, ...stamped(change, { seq, by: actor.name }) }
    });
    return {
      answer: { seq, applied: change.map(({ path }) => path), refused: parts },
      events: [{ action: 'package.updated', target, outcome: 'success', change }, ...denied],
      // Lists of users name their packages, lists of roles count who has them.
      affects: [
        `package:${row.id}`,
        ...(name === undefined ? [] : [`tenants:${row.id}` as const]),
        ...(roleId === undefined ? [] : [`members:${row.roleId}` as const, `members:${roleId}` as const])
      ],
      authority: [`package:${row.id}`]
    };
  }
});

function changes(row: PackageRow, fields: PackageFields): AuditChange[] {
  const plain = (['name', 'roleId'] as const).flatMap((path) => {
    const value = fields[path];
    return value === undefined ? [] : [{ path, old: row[path], new: value }];
  });
  return [
    ...plain,
    ...settingChanges('caps', row.caps, fields.caps),
    ...settingChanges('counts', row.counts, fields.counts),
    ...settingChanges('switches', row.switches, fields.switches)
  ];
}
