import { secretVoid, type SecretMaker, type SecretVoid } from '../../../core/administrators/activation';
import type { AccountRow } from '../../db/tables/accounts-table';
import { readAdministrators, type AdministratorRow } from '../../db/tables/administrators-table';
import type { Queryable } from '../../db/driver/client';
import { mailsWithLink } from '../../db/tables/mails-table';
import { readRoles } from '../../db/tables/roles-table';
import { permissionsOf } from '../write-path/authority';
import type { Deps } from '../write-path/deps';
import { ACTIVATION_HOURS, invitationToken, isInvitation } from './activation';

/** Somebody with an activation secret, of either kind: a user's role is that of its package. */
type Activated = Pick<
  AccountRow,
  'id' | 'owner' | 'roleId' | 'activationExpiresAt' | 'activationHash' | 'activationMakers'
>;

type Grants = Pick<Deps, 'catalogue' | 'grants'>;

/** Permissions by role as they will be, where the change that makes them so is not written yet. */
export type RolesAsTheyWillBe = ReadonlyMap<string, ReadonlySet<string>>;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Judges the open activation secrets of these people by the present permissions of all who know them
 * (core/administrators/activation).
 * @returns by person why theirs opens nothing; those whose secret is good, or who have none, are absent
 */
async function voidSecrets(
  deps: Grants & Pick<Deps, 'keyring'>,
  tx: Queryable,
  people: readonly Activated[],
  roles: RolesAsTheyWillBe = new Map()
): Promise<Map<string, SecretVoid>> {
  const open = people.filter(({ activationExpiresAt }) => activationExpiresAt !== null);
  if (open.length === 0) return new Map();
  const readers = await readersOf(deps, tx, open);
  const knowers = new Map(
    open.map(({ id, activationMakers }) => [
      id,
      activationMakers && [...new Set([...activationMakers, ...(readers.get(id) ?? [])])]
    ])
  );
  const known = await readAdministrators(tx, [...new Set([...knowers.values()].flatMap((ids) => ids ?? []))]);
  const byId = new Map(known.map((row) => [row.id, row]));
  const held = await permissionsOfAll(deps, tx, [...open, ...known], roles);
  return new Map(
    open.flatMap((person) => {
      const ids = knowers.get(person.id) ?? null;
      const made = madeAt(person);
      const makers = ids && ids.map((id) => makerOf(byId.get(id), made, held));
      const why = secretVoid({ owner: person.owner, permissions: held.get(person.id) ?? NOTHING }, makers);
      return why ? [[person.id, why] as const] : [];
    })
  );
}

/** Reason a person's open secret opens nothing; null when it is good, or there is none. */
export async function voidSecret(
  deps: Grants & Pick<Deps, 'keyring'>,
  tx: Queryable,
  person: Activated
): Promise<SecretVoid | null> {
  return (await voidSecrets(deps, tx, [person])).get(person.id) ?? null;
}

/**
 * Those of these people who need a new link because of a change to a role, theirs or of those who made it: their
 * secret is good now and will not be. Asked before the change is written.
 */
export async function whoNeedNewLink(
  deps: Grants & Pick<Deps, 'keyring'>,
  tx: Queryable,
  people: readonly Activated[],
  change: { roleId?: string; roles: RolesAsTheyWillBe }
): Promise<string[]> {
  const open = people.filter(isOpen);
  if (open.length === 0) return [];
  const before = await voidSecrets(deps, tx, open);
  const { roleId } = change;
  const then = roleId === undefined ? open : open.map((person) => ({ ...person, roleId }));
  const after = await voidSecrets(deps, tx, then, change.roles);
  return open.map(({ id }) => id).filter((id) => !before.has(id) && after.has(id));
}

/** Reason one of these people, as they are now, does not dominate an account; null when all of them do. */
export async function whoIsWeaker(
  deps: Grants,
  tx: Queryable,
  account: { owner: boolean; permissions: ReadonlySet<string> },
  ids: readonly string[] | null
): Promise<SecretVoid | null> {
  if (ids === null) return secretVoid(account, null);
  const known = await readAdministrators(tx, ids);
  const byId = new Map(known.map((row) => [row.id, row]));
  const held = await permissionsOfAll(deps, tx, known, new Map());
  return secretVoid(
    account,
    ids.map((id) => makerOf(byId.get(id), null, held))
  );
}

function makerOf(
  row: AdministratorRow | undefined,
  made: Date | null,
  held: ReadonlyMap<string, ReadonlySet<string>>
): SecretMaker | null {
  if (!row) return null;
  const { id, name, owner, status, deletedAt, reactivatedAt } = row;
  const cameBack = made !== null && reactivatedAt !== null && reactivatedAt > made;
  const standing = status === 'active' && deletedAt === null && !cameBack;
  return { name, owner, permissions: held.get(id) ?? NOTHING, standing };
}

function madeAt({ activationExpiresAt }: Activated): Date {
  return new Date(activationExpiresAt!.getTime() - ACTIVATION_HOURS * 3_600_000);
}

function isOpen({ activationExpiresAt }: Activated): boolean {
  return activationExpiresAt !== null && activationExpiresAt.getTime() > Date.now();
}

/** Permissions of each of these people, by person. */
async function permissionsOfAll(
  deps: Grants,
  tx: Queryable,
  people: readonly Pick<Activated, 'id' | 'owner' | 'roleId'>[],
  changed: RolesAsTheyWillBe
): Promise<Map<string, ReadonlySet<string>>> {
  const roles = await readRoles(tx, [...new Set(people.map(({ roleId }) => roleId))]);
  const byId = new Map(roles.map((role) => [role.id, role]));
  const held = new Map<string, ReadonlySet<string>>();
  for (const { id, owner, roleId } of people) {
    const role = byId.get(roleId);
    const asItWillBe = owner ? undefined : changed.get(roleId);
    // The role of somebody deactivated may be gone: it grants nothing.
    held.set(id, asItWillBe ?? (role ? await permissionsOf(deps, tx, owner, role) : NOTHING));
  }
  return held;
}

/**
 * People who could read the links that went out by mail, by the link's recipient: of the open link alone, not one
 * before it.
 */
async function readersOf(
  deps: Pick<Deps, 'keyring'>,
  tx: Queryable,
  open: readonly Activated[]
): Promise<Map<string, string[]>> {
  const invited = new Map(open.flatMap((row) => (row.activationHash ? [[row.id, row.activationHash]] : [])));
  const readers = new Map<string, string[]>();
  for (const { accountId, invitation, readers: more } of await mailsWithLink(tx, [...invited.keys()])) {
    const hash = invited.get(accountId);
    if (hash && isInvitation(invitationToken(deps, accountId, invitation), hash))
      readers.set(accountId, [...(readers.get(accountId) ?? []), ...more]);
  }
  return readers;
}
