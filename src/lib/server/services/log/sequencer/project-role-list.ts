import { packHeld } from '../../../../core/roles/held-mask';
import type { RoleKind } from '../../../../core/roles/role-kinds';
import { ROLE_LISTS } from '../../../../protocol/documents';
import { rolesMap } from '../../../../documents/list-docs';
import { beginDocument, clockOf, writeRoleSummary } from '../../../../documents/server-writer';
import type { Queryable } from '../../../db/driver/client';
import { pipelined } from '../../../db/driver/pipelined';
import { readRoles, type RoleRow } from '../../../db/tables/roles-table';
import { roleSummary, rolesInUse } from '../../roles/read-roles';
import type { Deps } from '../../write-path/deps';
import type { DocumentStore } from './document-store';
import type { Touched } from './project';

/** Writes the list of the roles of a kind: all of it when it is new, else the roles concerned. */
export async function projectRoleList(
  deps: Deps,
  tx: Queryable,
  store: DocumentStore,
  kind: RoleKind,
  touched: Touched,
  reading: Promise<readonly RoleRow[]>
): Promise<void> {
  const every = kind === 'user' ? touched.everyUserRole : touched.everyRole;
  const ids = new Set([...touched.roles, ...touched.members]);
  if (ids.size === 0 && !every) return;
  const present = await reading;
  const changed = present.filter((row) => row.kind === kind);
  // Of which kind one was that is gone, nobody knows any more: it is taken out wherever it is.
  for (const { id } of present) ids.delete(id);
  if (changed.length === 0 && ids.size === 0 && !every) return;
  const doc = await store.open(tx, ROLE_LISTS[kind]);
  const shown = rolesMap(doc);
  const isNew = clockOf(doc) === 0;
  const isOld = [...shown.values()].some(({ locked, held }) => !locked && held === undefined);
  const rows = isNew || isOld || every ? await readRoles(tx, undefined, kind) : changed;
  // Members are counted only where they may have changed: not for every tick.
  const recount = rows.filter((row) => isNew || every || touched.members.has(row.id) || !shown.has(row.id));
  const recounted = new Set(recount.map((row) => row.id));
  const [counted, held] = await pipelined([rolesInUse(tx, kind, [...recounted]), heldMasks(deps, tx, rows)]);
  store.write(ROLE_LISTS[kind], doc, () => {
    if (every) beginDocument(doc);
    for (const row of rows) {
      const { members = 0, packages = 0 } = shown.get(row.id) ?? {};
      const known = { members: new Map([[row.id, members]]), packages: new Map([[row.id, packages]]) };
      const summary = roleSummary(deps, row, recounted.has(row.id) ? counted : known);
      writeRoleSummary(doc, row.id, { ...summary, ...held.get(row.id) });
    }
    for (const gone of ids) writeRoleSummary(doc, gone, null);
  });
}

/** Permissions each role holds, by the role's id; no entry for a locked role, which holds everything. */
async function heldMasks(
  deps: Deps,
  tx: Queryable,
  rows: readonly RoleRow[]
): Promise<Map<string, { held: string }>> {
  const { ids } = deps.catalogue;
  const open = rows.filter(({ locked }) => !locked);
  const granted = await pipelined(open.map(({ id, seq }) => deps.grants.of(tx, id, seq)));
  return new Map(
    open.map(({ id }, at) => {
      const { grants } = granted[at]!;
      return [id, { held: packHeld(ids, grants.all ? new Set(ids) : grants.ids) }];
    })
  );
}
