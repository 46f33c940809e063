import { createHash } from 'node:crypto';
import type { CatalogueIndex } from '../../../../core/access/catalogue';
import { changeHeld, packHeld } from '../../../../core/roles/held-mask';
import type { RoleKind } from '../../../../core/roles/role-kinds';
import { ROLE_LISTS } from '../../../../protocol/documents';
import { roleListNotes, rolesMap } from '../../../../documents/list-docs';
import type { RoleCell } from '../../../../documents/cells';
import { beginDocument, clockOf, writeRoleSummary } from '../../../../documents/server-writer';
import { pipelined } from '../../../db/driver/pipelined';
import { readRoles, type RoleRow } from '../../../db/tables/roles-table';
import { roleSummary, rolesInUse } from '../../roles/read-roles';
import type { RolesOfBatch } from './project';

/** Cells that changed, at most, for a mask to be changed and not made anew. */
const FEW_CELLS = 8;

const orders = new WeakMap<CatalogueIndex, string>();

/** Digest of a catalogue's order of permissions, which masks are in. */
function orderOf(catalogue: CatalogueIndex): string {
  const known = orders.get(catalogue);
  if (known !== undefined) return known;
  const order = createHash('sha256').update(catalogue.ids.join('\n')).digest('base64url').slice(0, 22);
  orders.set(catalogue, order);
  return order;
}

/** Writes the list of the roles of a kind: all of it when it is new, else the roles concerned. */
export async function projectRoleList(batch: RolesOfBatch, kind: RoleKind): Promise<void> {
  const { deps, tx, store, touched } = batch;
  const every = kind === 'user' ? touched.everyUserRole : touched.everyRole;
  const ids = new Set([...touched.roles, ...touched.members]);
  if (ids.size === 0 && !every) return;
  const present = await batch.rows;
  const changed = present.filter((row) => row.kind === kind);
  // Of which kind one was that is gone, nobody knows any more: it is taken out wherever it is.
  for (const { id } of present) ids.delete(id);
  if (changed.length === 0 && ids.size === 0 && !every) return;
  const doc = await store.open(tx, ROLE_LISTS[kind]);
  const shown = rolesMap(doc);
  const isNew = clockOf(doc) === 0;
  const order = orderOf(deps.catalogue);
  // Masks of another order of permissions say something else: none of them is gone on from.
  const isOld =
    roleListNotes(doc).get('order') !== order ||
    [...shown.values()].some(({ locked, held }) => !locked && held === undefined);
  const rows = isNew || isOld || every ? await readRoles(tx, undefined, kind) : changed;
  // Members are counted only where they may have changed: not for every tick.
  const recount = rows.filter((row) => isNew || every || touched.members.has(row.id) || !shown.has(row.id));
  const recounted = new Set(recount.map((row) => row.id));
  const known = every || isOld ? new Map<string, RoleCell>() : shown;
  const [counted, held] = await pipelined([
    rolesInUse(tx, kind, [...recounted]),
    heldMasks(batch, rows, known)
  ]);
  store.write(ROLE_LISTS[kind], doc, () => {
    if (every) beginDocument(doc);
    if (roleListNotes(doc).get('order') !== order) roleListNotes(doc).set('order', order);
    for (const row of rows) {
      const { members = 0, packages = 0 } = shown.get(row.id) ?? {};
      const before = { members: new Map([[row.id, members]]), packages: new Map([[row.id, packages]]) };
      const summary = roleSummary(deps, row, recounted.has(row.id) ? counted : before);
      writeRoleSummary(doc, row.id, { ...summary, ...held.get(row.id) });
    }
    for (const gone of ids) writeRoleSummary(doc, gone, null);
  });
}

/** Permissions each role holds, by the role's id; no entry for a locked role, which holds everything. */
async function heldMasks(
  batch: RolesOfBatch,
  rows: readonly RoleRow[],
  known: Pick<ReadonlyMap<string, RoleCell>, 'get'>
): Promise<Map<string, { held: string }>> {
  const open = rows.filter(({ locked }) => !locked);
  const masks = await pipelined(open.map((row) => heldMask(batch, row, known.get(row.id))));
  return new Map(open.map(({ id }, at) => [id, { held: masks[at]! }]));
}

/** Mask of a role, made of the one before where few cells changed since: a tick costs a tick (ROL-13). */
async function heldMask(
  { deps, tx, cellsSince }: RolesOfBatch,
  { id, seq }: RoleRow,
  before: RoleCell | undefined
): Promise<string> {
  const { ids } = deps.catalogue;
  if (before?.held !== undefined) {
    const cells = await cellsSince(id, before.seq);
    const changes = cells.map(({ permissionId, on }) => [permissionId, on] as const);
    const held = cells.length <= FEW_CELLS ? changeHeld(ids, before.held, changes) : null;
    if (held !== null) return held;
  }
  const { grants } = await deps.grants.of(tx, id, seq);
  return packHeld(ids, grants.all ? new Set(ids) : grants.ids);
}
