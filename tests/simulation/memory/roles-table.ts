// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/roles-table.js';
import { isOn } from '../faults';
import { complete, modelled, sessionOf, type MemoryTransaction } from './database';

// What the module of this name does with Postgres, done in the model of it.

export type { CellRow, RoleLock, RoleRow } from '../../../src/lib/server/db/tables/roles-table';

export const lockRoles = modelled(real.lockRoles, async (tx, locks) => {
  const strongest = new Map<string, real.RoleLock['mode']>();
  for (const { id, mode } of locks) if (strongest.get(id) !== 'update') strongest.set(id, mode);
  const inOrder = [...strongest].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await Promise.all(
    inOrder.map(([id, mode]) =>
      sessionOf(tx).run(async (on) => {
        const early = present(on, id);
        if (!early) return [];
        if (isOn('early-authority') && mode === 'share') return [early];
        await on.lock('roles', id, mode);
        const row = present(on, id);
        return row ? [row] : [];
      })
    )
  );
  return new Map(rows.flat().map((row) => [row.id, row]));
});

export const readRoles = modelled(
  real.readRoles,
  (tx, ids?: readonly string[], kind?: real.RoleRow['kind']) =>
    sessionOf(tx).run((on) =>
      [...on.all('roles').values()]
        .filter(
          (row) => row.deletedAt === null && (!ids || ids.includes(row.id)) && (!kind || row.kind === kind)
        )
        .map((row) => (isOn('stale-row') ? on.earlier(row) : row))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    )
);

export const readRoleKinds = modelled(real.readRoleKinds, (tx, ids) =>
  sessionOf(tx).run(
    (on) =>
      new Map([...on.all('roles').values()].flatMap(({ id, kind }) => (ids.includes(id) ? [[id, kind]] : [])))
  )
);

export const countMembers = modelled(real.countMembers, (tx, ids?: readonly string[]) =>
  sessionOf(tx).run((on) => {
    const members = new Map<string, number>();
    for (const { roleId, deletedAt } of on.all('administrators').values())
      if (deletedAt === null && (!ids || ids.includes(roleId)))
        members.set(roleId, (members.get(roleId) ?? 0) + 1);
    return members;
  })
);

export const membership = modelled(real.membership, (tx, roleId) =>
  sessionOf(tx).run((on) => {
    const holders = [...on.all('administrators').values()].filter((row) => row.roleId === roleId);
    return {
      hasMembers: holders.some(({ deletedAt }) => deletedAt === null),
      heldByOwner: holders.some(({ owner }) => owner)
    };
  })
);

export const readGrants = modelled(real.readGrants, (tx, roleId) =>
  sessionOf(tx).run((on) => cellsOf(on, roleId).flatMap((cell) => (cell.on ? [cell.permissionId] : [])))
);

export const readCells = modelled(real.readCells, async (tx, roleId, ids) => {
  if (ids.length === 0) return [];
  return sessionOf(tx).run((on) => cellsOf(on, roleId).filter((cell) => ids.includes(cell.permissionId)));
});

export const readCellsSince = modelled(real.readCellsSince, (tx, roleId, seq) =>
  sessionOf(tx).run((on) => cellsOf(on, roleId).filter((cell) => cell.seq > seq))
);

export const writeCells = modelled(real.writeCells, async (tx, cells) => {
  if (cells.length === 0) return;
  await sessionOf(tx).run(async (on) => {
    for (const cell of cells) {
      const key = `${cell.roleId} ${cell.permissionId}`;
      await on.lock('cells', key, 'update');
      on.put('cells', key, cell);
    }
  });
});

export const insertRole = modelled(real.insertRole, (tx, row) =>
  sessionOf(tx).run(async (on) => {
    await takeName(on, row.id, row.kind ?? 'administrator', row.nameKey);
    const at = new Date();
    await on.add(
      'roles',
      row.id,
      complete<real.RoleRow>(
        {
          kind: 'administrator',
          description: '',
          require2fa: false,
          require2faFrom: null,
          locked: false,
          seq: 1,
          nameSeq: 1,
          nameBy: '',
          nameAt: at,
          descriptionSeq: 1,
          descriptionBy: '',
          descriptionAt: at,
          require2faSeq: 1,
          require2faBy: '',
          require2faAt: at,
          permissionCount: 0,
          reviewedCatalogue: 1,
          createdAt: at,
          deletedAt: null
        },
        row
      ),
      'roles_pkey'
    );
  })
);

export const updateRole = modelled(real.updateRole, (tx, id, change) =>
  sessionOf(tx).run(async (on) => {
    await on.lock('roles', id, 'update');
    const row = on.get('roles', id);
    if (!row) return;
    if (change.nameKey !== undefined && change.nameKey !== row.nameKey)
      await takeName(on, id, row.kind, change.nameKey);
    on.put('roles', id, { ...row, ...(change as Partial<real.RoleRow>) });
  })
);

export const findRoleByNameKey = modelled(real.findRoleByNameKey, (tx, kind, nameKey) =>
  sessionOf(tx).run((on) => {
    for (const row of on.all('roles').values())
      if (row.kind === kind && row.nameKey === nameKey && row.deletedAt === null)
        return { id: row.id, name: row.name };
    return null;
  })
);

function present(on: MemoryTransaction, id: string): real.RoleRow | null {
  const row = on.get('roles', id);
  return row && row.deletedAt === null ? row : null;
}

function cellsOf(on: MemoryTransaction, roleId: string): real.CellRow[] {
  return [...on.all('cells').values()].filter((cell) => cell.roleId === roleId);
}

function takeName(
  on: MemoryTransaction,
  id: string,
  kind: real.RoleRow['kind'],
  nameKey: string
): Promise<void> {
  return on.unique('roles_name_key', `${kind} ${nameKey}`, () =>
    [...on.all('roles').values()].some(
      (row) => row.id !== id && row.kind === kind && row.nameKey === nameKey && row.deletedAt === null
    )
  );
}
