// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/administrators-table.js';
import { complete, modelled, sessionOf } from './database';

// What the module of this name does with Postgres, done in the model of it.

export type { AdministratorRow, PersonLock } from '../../../src/lib/server/db/tables/administrators-table';

export const insertAdministrator = modelled(real.insertAdministrator, (tx, row) =>
  sessionOf(tx).run((on) =>
    on.add(
      'administrators',
      row.id,
      complete<real.AdministratorRow>(
        {
          passwordHash: null,
          activationExpiresAt: null,
          activationHash: null,
          activationMakers: null,
          reactivatedAt: null,
          owner: false,
          status: 'active',
          require2fa: false,
          require2faFrom: null,
          twoFactor: false,
          ipAllowlist: [],
          seq: 1,
          fieldSeq: {},
          createdAt: new Date(),
          deletedAt: null
        },
        row
      ),
      'administrators_pkey'
    )
  )
);

export const findByEmailKey = modelled(real.findByEmailKey, (tx, emailKey) =>
  sessionOf(tx).run((on) => {
    for (const row of on.all('administrators').values())
      if (row.emailKey === emailKey && row.deletedAt === null) return row;
    return null;
  })
);

export const lockAdministrators = modelled(real.lockAdministrators, async (tx, locks) => {
  const strongest = new Map<string, real.PersonLock['mode']>();
  for (const { id, mode } of locks) if (strongest.get(id) !== 'update') strongest.set(id, mode);
  const inOrder = [...strongest].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await Promise.all(
    inOrder.map(([id, mode]) =>
      sessionOf(tx).run(async (on) => {
        if (!on.get('administrators', id)) return [];
        await on.lock('administrators', id, mode);
        const row = on.get('administrators', id);
        return row ? [row] : [];
      })
    )
  );
  return new Map(rows.flat().map((row) => [row.id, row]));
});

export const updateAdministrator = modelled(real.updateAdministrator, (tx, id, change) =>
  sessionOf(tx).run(async (on) => {
    await on.lock('administrators', id, 'update');
    const row = on.get('administrators', id);
    const { emailKey } = change;
    if (row && emailKey !== undefined && emailKey !== row.emailKey)
      await on.unique('administrators_email_key', emailKey, () =>
        [...on.all('administrators').values()].some(
          (other) => other.id !== id && other.emailKey === emailKey && other.deletedAt === null
        )
      );
    if (row) on.put('administrators', id, { ...row, ...(change as Partial<real.AdministratorRow>) });
  })
);

export const holdersOf = modelled(real.holdersOf, async (tx, roleIds) => {
  if (roleIds.length === 0) return [];
  return sessionOf(tx).run((on) =>
    [...on.all('administrators').values()]
      .filter((row) => row.deletedAt === null && roleIds.includes(row.roleId))
      .map(({ id }) => id)
  );
});

export const membersToActivate = modelled(real.membersToActivate, (tx, roleId) =>
  sessionOf(tx).run((on) =>
    [...on.all('administrators').values()].filter(
      ({ roleId: held, deletedAt, activationExpiresAt: until }) =>
        held === roleId && deletedAt === null && until !== null && until.getTime() > Date.now()
    )
  )
);

export const readAdministrators = modelled(real.readAdministrators, (tx, ids?: readonly string[]) =>
  sessionOf(tx).run((on) => {
    const rows = [...on.all('administrators').values()];
    return ids ? rows.filter(({ id }) => ids.includes(id)) : rows;
  })
);
