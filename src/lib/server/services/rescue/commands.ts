import { randomUUID } from 'node:crypto';
import { SUPER_ADMINISTRATOR } from '../../../core/access/catalogue';
import { clearCodeTries, clearPasswordTries } from '../../auth/attempts';
import { updateAdministrator } from '../../db/tables/administrators-table';
import { deleteTotp } from '../../db/tables/totp-table';
import type { Deps } from '../write-path/deps';
import { activationUntil, invitationHash, invitationLink, invitationToken } from '../credentials/activation';
import { endKeys, keysRevoked } from '../credentials/end-keys';
import { rescue, RescueError, type RescueChange } from './rescue';

export type RescueInput = {
  email: string;
  /** Name of the account that is signed in to the server. */
  user: string;
};

/** Result in one line; a link in it is told nowhere else. */
export type RescueAnswer = { line: string };

/**
 * Voids somebody's password and makes a link to choose a new one. Addresses they may sign in from are forgotten:
 * whoever is shut out by them has no other way back.
 */
export async function resetPassword(deps: Deps, input: RescueInput): Promise<RescueAnswer> {
  const op = randomUUID();
  const until = activationUntil();
  const { person, ended } = await rescue(deps, 'reset-password', input, async (tx, row) => {
    if (row.deletedAt !== null) throw deactivated(row.name);
    await updateAdministrator(tx, row.id, {
      passwordHash: null,
      activationExpiresAt: until,
      activationHash: invitationHash(invitationToken(deps, row.id, op)),
      // The server itself: whoever is signed in there needs no link.
      activationMakers: [],
      ipAllowlist: [],
      seq: row.seq + 1
    });
    await clearPasswordTries(tx, row.emailKey, null);
    const keys = await endKeys(tx, { kind: 'administrator', id: row.id });
    const change: RescueChange['change'] = [
      { path: 'activation', old: null, new: 'invitation' },
      ...keysRevoked(keys)
    ];
    if (row.ipAllowlist.length > 0) change.push({ path: 'ipAllowlist', old: 'set', new: null });
    return { change };
  });
  const suspended = person.status === 'suspended' ? ' The account is suspended: reactivate it as well.' : '';
  const link = invitationLink(deps, person.id, op);
  return {
    line: `The password of ${person.name} is void, ${sessions(ended)}.${suspended} One-time link, until ${until.toISOString()}: ${link}`
  };
}

/** Takes somebody's second factor away. */
export async function resetTwoFactor(deps: Deps, input: RescueInput): Promise<RescueAnswer> {
  const { person, ended } = await rescue(deps, 'reset-2fa', input, async (tx, row) => {
    if (!row.twoFactor) throw new RescueError(`${row.name} has no second factor.`);
    await deleteTotp(tx, row.id);
    await updateAdministrator(tx, row.id, { twoFactor: false, seq: row.seq + 1 });
    await clearCodeTries(tx, row.id, null);
    const change: RescueChange['change'] = [{ path: 'twoFactor', old: true, new: false }];
    return { change: [...change, ...keysRevoked(await endKeys(tx, { kind: 'administrator', id: row.id }))] };
  });
  return { line: `${person.name} no longer has a second factor, ${sessions(ended)}.` };
}

/** Makes somebody an active Super Administrator, whatever they were. */
export async function makeSuper(deps: Deps, input: RescueInput): Promise<RescueAnswer> {
  const { person, ended } = await rescue(deps, 'make-super', input, async (tx, row) => {
    const status = row.deletedAt === null ? row.status : 'deactivated';
    if (row.roleId === SUPER_ADMINISTRATOR && status === 'active')
      throw new RescueError(`${row.name} is an active Super Administrator already.`);
    await updateAdministrator(tx, row.id, {
      roleId: SUPER_ADMINISTRATOR,
      status: 'active',
      deletedAt: null,
      ...(status === 'active' ? {} : { reactivatedAt: new Date() }),
      seq: row.seq + 1
    });
    const change: RescueChange['change'] = [];
    if (row.roleId !== SUPER_ADMINISTRATOR)
      change.push({ path: 'roleId', old: row.roleId, new: SUPER_ADMINISTRATOR });
    if (status !== 'active') change.push({ path: 'status', old: status, new: 'active' });
    return { change, affects: [`members:${row.roleId}`, `members:${SUPER_ADMINISTRATOR}`] };
  });
  return { line: `${person.name} is an active Super Administrator, ${sessions(ended)}.` };
}

function deactivated(name: string): RescueError {
  return new RescueError(`${name} is deactivated: “make-super” brings an account back.`);
}

function sessions(ended: number): string {
  if (ended === 0) return 'no session was open';
  return ended === 1 ? '1 session was ended' : `${ended} sessions were ended`;
}
