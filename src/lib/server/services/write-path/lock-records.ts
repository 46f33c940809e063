import { lockAdministrators, type AdministratorRow } from '../../db/tables/administrators-table';
import { lockApplications, type ApplicationRow } from '../../db/tables/applications-table';
import { lockPackages, type PackageRow } from '../../db/tables/packages-table';
import { lockUsers, type UserRow } from '../../db/tables/users-table';
import type { Queryable } from '../../db/driver/client';
import type { RecordLock } from '../../db/driver/lock-in-order';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { Caller } from './caller';

/** Records that a mutation names as those it needs. `B`: who asks, and what was prepared. */
export type RecordNames<I, B> = {
  /** People who are changed. */
  people?(input: I, by: B): string[];
  /** People who are to answer for something: nobody suspends or deletes them before this has committed. */
  stewards?(input: I, by: B): string[];
  /** Users who are changed. Their packages are held with them. */
  users?(input: I, by: B): string[];
  /** Packages the decision depends on or changes, besides those of `users`. */
  packages?(input: I, by: B): RecordLock[];
  /** Applications that are changed. Asked when people are locked, so that what these people answer for stays so. */
  applications?(tx: Queryable, input: I): Promise<readonly string[]>;
};

/** The records that a mutation names, held until the transaction ends. */
export type LockedRecords = {
  people: ReadonlyMap<string, AdministratorRow>;
  stewards: ReadonlyMap<string, AdministratorRow>;
  users: ReadonlyMap<string, UserRow>;
  /** Those named and those of `users`. */
  packages: ReadonlyMap<string, PackageRow>;
  /** Null: the mutation declares none. */
  applications: ReadonlyMap<string, ApplicationRow> | null;
};

const share = (id: string) => ({ id, mode: 'share' as const });
const update = (id: string) => ({ id, mode: 'update' as const });

/**
 * Locks in the one order of all transactions: people, users, packages, then applications, each by id; the
 * credential and the roles come after them. Whoever acts is among them, so that nobody holds themselves and waits
 * for another who does the same the other way round.
 */
export async function lockRecords<I, B>(
  tx: AuditedTransaction,
  { session, key }: Caller,
  mutation: RecordNames<I, B>,
  { input, by }: { input: I; by: B }
): Promise<LockedRecords> {
  const targets = mutation.people?.(input, by) ?? [];
  const answering = mutation.stewards?.(input, by) ?? [];
  const machine = key?.holder.type === 'application' ? key.holder.id : undefined;
  const self = machine === undefined ? (key?.holder.id ?? session?.personId) : undefined;
  const holdsSelf = targets.length > 0 || answering.length > 0 || mutation.applications !== undefined;
  const people = holdsSelf
    ? await lockAdministrators(tx, [
        ...[...answering, ...(self === undefined ? [] : [self])].map(share),
        ...targets.map(update)
      ])
    : new Map<string, AdministratorRow>();
  const records = {
    people: only(people, targets),
    stewards: only(people, answering),
    ...(await lockTenants(tx, mutation, { input, by }))
  };
  if (!mutation.applications) return { ...records, applications: null };
  const changed = await mutation.applications(tx, input);
  const applications = await lockApplications(tx, [
    ...(machine === undefined ? [] : [share(machine)]),
    ...changed.map(update)
  ]);
  return { ...records, applications: only(applications, changed) };
}

async function lockTenants<I, B>(
  tx: AuditedTransaction,
  mutation: RecordNames<I, B>,
  { input, by }: { input: I; by: B }
): Promise<Pick<LockedRecords, 'users' | 'packages'>> {
  const users = mutation.users ? await lockUsers(tx, mutation.users(input, by).map(update)) : NONE;
  const wanted = [
    ...[...users.values()].map(({ packageId }) => share(packageId)),
    ...(mutation.packages?.(input, by) ?? [])
  ];
  return { users, packages: wanted.length === 0 ? NONE : await lockPackages(tx, wanted) };
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

function only<T>(rows: ReadonlyMap<string, T>, ids: readonly string[]): Map<string, T> {
  return new Map([...rows].filter(([id]) => ids.includes(id)));
}
