import { isSuperAdministrator } from '../../../core/access/access';
import type { CatalogueIndex } from '../../../core/access/catalogue';
import { rewind, versionOf, type Rewound, type RoleVersion } from '../../../core/roles/role-history';
import type { Queryable } from '../../db/driver/client';
import { roleEntries, type RoleEntryRow } from '../../db/tables/role-history-table';
import { readGrants, type RoleRow } from '../../db/tables/roles-table';

/** Start of a walk down the versions: at version `seq`, whose entries lie below the ticket `before`. */
export type Place = { seq: number; before: number | null };

/** A version, and the ticket of its first entry. */
export type FoundVersion = { version: RoleVersion; n: number };

const ENTRIES_AT_ONCE = 100;

/**
 * The versions of a role, newest first. They are counted from the present downwards, each change being one version
 * (docs/decisions/0015): a pruned log has fewer versions, never other numbers.
 */
export async function* versionsDown(
  tx: Queryable,
  roleId: string,
  from: Place
): AsyncGenerator<FoundVersion, void, void> {
  let { seq, before } = from;
  let change: RoleEntryRow[] = [];
  for (;;) {
    const rows = await roleEntries(tx, roleId, { before, limit: ENTRIES_AT_ONCE });
    for (const row of rows) {
      if (change[0] && change[0].change !== row.change) {
        yield found(change, seq--);
        change = [];
      }
      change.push(row);
    }
    if (rows.length < ENTRIES_AT_ONCE) break;
    before = rows.at(-1)!.n;
  }
  if (change.length > 0) yield found(change, seq);
}

/**
 * The role as it was after the first version that fits, going back from the present; null when the log knows none.
 * `row` and the log must be read at one moment: in a snapshot, or under a lock of the role.
 */
export async function roleAfter(
  catalogue: CatalogueIndex,
  tx: Queryable,
  row: RoleRow,
  fits: (version: RoleVersion) => boolean
): Promise<{ version: RoleVersion; role: Rewound } | null> {
  const { name, description, require2fa } = row;
  const held = isSuperAdministrator(row.id) ? catalogue.ids : await readGrants(tx, row.id);
  const role: Rewound = { name, description, require2fa, permissions: new Set(held) };
  for await (const { version } of versionsDown(tx, row.id, { seq: row.seq, before: null })) {
    if (fits(version)) return { version, role };
    rewind(role, version);
  }
  return null;
}

function found(newestFirst: readonly RoleEntryRow[], seq: number): FoundVersion {
  const oldestFirst = newestFirst.toReversed();
  const entries = oldestFirst.map(({ doc: { at, action, actor, change } }) => ({
    at,
    action,
    by: { id: actor.id, name: actor.name },
    change
  }));
  return { version: versionOf(entries, seq), n: oldestFirst[0]!.n };
}
