import { lockAdministrators, type AdministratorRow } from '../../db/tables/administrators-table';
import { lockApplications, type ApplicationRow } from '../../db/tables/applications-table';
import type { AuditedTransaction } from '../../db/driver/transaction';
import type { Caller } from './caller';
import type { Asked, Mutation } from './mutate';

/** The records that a mutation names, held until the transaction ends. */
export type LockedRecords = {
  people: ReadonlyMap<string, AdministratorRow>;
  stewards: ReadonlyMap<string, AdministratorRow>;
  /** Null: the mutation declares none. */
  applications: ReadonlyMap<string, ApplicationRow> | null;
};

const NONE: LockedRecords = { people: new Map(), stewards: new Map(), applications: null };

/**
 * Locks in the one order of all transactions: people, then applications, each by id; the credential and the roles come after them.
 * Whoever acts is among them, so that nobody holds themselves and waits for another who does the same the other way round.
 */
export async function lockRecords<I extends Asked, A>(
  tx: AuditedTransaction,
  { session, key }: Caller,
  mutation: Mutation<I, A>,
  input: I
): Promise<LockedRecords> {
  const targets = mutation.people?.(input) ?? [];
  const answering = mutation.stewards?.(input) ?? [];
  if (targets.length === 0 && answering.length === 0 && !mutation.applications) return NONE;
  const machine = key?.holder.type === 'application' ? key.holder.id : undefined;
  const self = machine === undefined ? (key?.holder.id ?? session?.personId) : undefined;
  const people = await lockAdministrators(tx, [
    ...[...answering, ...(self === undefined ? [] : [self])].map((id) => ({ id, mode: 'share' as const })),
    ...targets.map((id) => ({ id, mode: 'update' as const }))
  ]);
  const records = { people: only(people, targets), stewards: only(people, answering) };
  if (!mutation.applications) return { ...records, applications: null };
  const changed = await mutation.applications(tx, input);
  const applications = await lockApplications(tx, [
    ...(machine === undefined ? [] : [{ id: machine, mode: 'share' as const }]),
    ...changed.map((id) => ({ id, mode: 'update' as const }))
  ]);
  return { ...records, applications: only(applications, changed) };
}

function only<T>(rows: ReadonlyMap<string, T>, ids: readonly string[]): Map<string, T> {
  return new Map([...rows].filter(([id]) => ids.includes(id)));
}
