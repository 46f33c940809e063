// By its whole name, which the alias of this project leaves alone.
import * as real from '../../../src/lib/server/db/tables/sessions-table.js';
import { administratorAccount } from '../../../src/lib/server/db/tables/accounts-table';
import { isOn } from '../faults';
import { complete, modelled, sessionOf, type MemoryTransaction } from './database';

// What the module of this name does with Postgres, done in the model of it.

export const insertSession = modelled(real.insertSession, (tx, row) =>
  sessionOf(tx).run((on) =>
    on.add(
      'sessions',
      row.sid,
      complete<real.SessionRow>(
        {
          userId: null,
          holderId: row.administratorId!,
          ip: null,
          userAgent: null,
          createdAt: new Date(),
          provedAt: new Date()
        },
        row
      ),
      'sessions_pkey'
    )
  )
);

export const findSession = modelled(real.findSession, (tx, sid) =>
  sessionOf(tx).run((on) => {
    const found = standing(on, sid);
    const role = found && on.get('roles', found.person.roleId);
    return found && role ? { ...found, role } : null;
  })
);

/** The person is locked before the session, and both are looked at again once they are locked. */
export const lockSession = modelled(real.lockSession, (tx, { sid }) =>
  sessionOf(tx).run(async (on) => {
    const found = standing(on, sid);
    if (!found || isOn('early-authority')) return found;
    await on.lock('administrators', found.person.id, 'share');
    await on.lock('sessions', sid, 'share');
    const now = standing(on, sid);
    if (now && isOn('no-proof')) return { ...now, session: { ...now.session, provedAt: new Date() } };
    return now;
  })
);

export const renewSession = modelled(real.renewSession, (tx, sid, change) =>
  sessionOf(tx).run(async (on) => {
    await on.lock('sessions', sid, 'update');
    const row = on.get('sessions', sid);
    if (row) on.put('sessions', sid, { ...row, ...change });
  })
);

export const deleteSessionsOf = modelled(real.deleteSessionsOf, (tx, accountId, which = {}) =>
  sessionOf(tx).run(async (on) => {
    const ended: string[] = [];
    if (isOn('suspended-acts')) return ended;
    for (const row of [...on.all('sessions').values()]) {
      const { sid } = row;
      if (row.holderId !== accountId || sid === which.except) continue;
      if (which.only !== undefined && which.only !== sid) continue;
      await on.lock('sessions', sid, 'update');
      if (!on.get('sessions', sid)) continue;
      on.put('sessions', sid, null);
      ended.push(sid);
    }
    return ended;
  })
);

function standing(on: MemoryTransaction, sid: string): real.ValidSession | null {
  const session = on.get('sessions', sid);
  const row = session && on.get('administrators', session.holderId);
  if (!row || row.deletedAt !== null) return null;
  const person = administratorAccount(row);
  if (person.status !== 'active' && !isOn('suspended-acts')) return null;
  const now = Date.now();
  if (session.expiresAt.getTime() <= now || session.endsAt.getTime() <= now) return null;
  const platform2fa = (on.get('settings', 'twoFactor')?.value ?? null) as real.ValidSession['platform2fa'];
  return { session, person, platform2fa };
}
