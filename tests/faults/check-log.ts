import { createHash } from 'node:crypto';
import { chainInput, chainStartInput, leafInput } from '../../src/lib/core/log/hash-input';
import { changes, type Facts, type Operation } from './history';

type Entry = {
  n: number;
  op?: string;
  action: string;
  outcome: string;
  actor: { id: string | null };
  target: { id: string };
  change: { path: string; old: unknown; new: unknown }[];
};

/**
 * Played from its beginning, the log makes the rows (C5); each acknowledged change has exactly one entry in it (C3).
 */
export function* checkLogReplay(history: readonly Operation[], facts: Facts): Generator<string> {
  const entries = entriesOf(facts);
  const granted = new Map<string, Set<string>>();
  const perOperation = new Map<string, number>();
  for (const entry of entries) {
    replay(granted, entry);
    if (entry.op !== undefined && isRoleChange(entry))
      perOperation.set(entry.op, (perOperation.get(entry.op) ?? 0) + 1);
  }
  const acknowledged = new Set(history.filter(changes).map(({ op }) => op));
  for (const op of acknowledged) {
    const times = perOperation.get(op) ?? 0;
    if (times !== 1) yield `operation ${op} is acknowledged and stands ${times} times in the log`;
  }
  for (const op of perOperation.keys())
    if (!acknowledged.has(op)) yield `operation ${op} stands in the log, nobody was told of it`;

  const deleted = new Set(facts.roles.filter((row) => row.deleted).map((row) => row.id));
  const rows = new Map<string, Set<string>>();
  for (const { roleId, permissionId, on } of facts.cells) {
    if (!rows.has(roleId)) rows.set(roleId, new Set());
    if (on) rows.get(roleId)!.add(permissionId);
  }
  for (const [role, ids] of granted)
    if (!deleted.has(role) && !equal(ids, rows.get(role) ?? new Set()))
      yield `role ${role}: the log makes ${ids.size} permissions, the rows hold ${rows.get(role)?.size ?? 0}`;
}

/** Numbers without a gap, every entry numbered once, and the chain as its bytes make it (C5). */
export function* checkChain(facts: Facts): Generator<string> {
  if (facts.pending > 0) yield `${facts.pending} entries wait for a number`;
  const bodies = new Map(facts.entries.map((entry) => [entry.n, entry.body]));
  if (facts.sequence.length !== bodies.size) yield `${bodies.size} entries, ${facts.sequence.length} numbers`;
  let chain = sha256(chainStartInput(facts.logOrigin));
  for (const [at, row] of facts.sequence.entries()) {
    if (row.seq !== at + 1) return yield `number ${at + 1} is missing`;
    const body = bodies.get(row.n);
    if (body === undefined) return yield `number ${row.seq} has no entry`;
    chain = sha256(chainInput(row.seq, chain, sha256(leafInput(Buffer.from(body)))));
    if (chain.toString('hex') !== row.chain) return yield `the chain breaks at number ${row.seq}`;
  }
}

/** Nobody edited a role at a moment when their own role did not allow it (C4). Whoever has no role here may do all. */
export function* checkAuthority(
  history: readonly Operation[],
  facts: Facts,
  guests = guestRoles(facts)
): Generator<string> {
  const granted = new Map<string, Set<string>>();
  const kinds = new Map(history.map(({ op, kind }) => [op, kind]));
  for (const entry of entriesOf(facts)) {
    const own = entry.actor.id === null ? undefined : guests.get(entry.actor.id);
    if (own !== undefined && entry.op !== undefined && kinds.get(entry.op) === 'edit' && isRoleChange(entry))
      if (!granted.get(own)?.has('people.roles.edit'))
        yield `operation ${entry.op} was applied, its author was not allowed to`;
    replay(granted, entry);
  }
}

/** The role each administrator was created with, by person, as the log tells it; the owner has none here. */
function guestRoles(facts: Facts): Map<string, string> {
  const roles = new Map<string, string>();
  for (const entry of entriesOf(facts)) {
    const role = entry.change.find(({ path }) => path === 'roleId')?.new;
    if (entry.action === 'administrator.created' && typeof role === 'string')
      roles.set(entry.target.id, role);
  }
  return roles;
}

function entriesOf(facts: Facts): Entry[] {
  return facts.entries.map(({ n, body }) => ({ ...(JSON.parse(body) as Omit<Entry, 'n'>), n }));
}

function isRoleChange({ action, outcome }: Entry): boolean {
  return outcome === 'success' && /^role\.(created|edited|deleted)$/.test(action);
}

function replay(granted: Map<string, Set<string>>, entry: Entry): void {
  if (!/^role\.(created|edited|seeded)$/.test(entry.action)) return;
  const change = entry.change.find(({ path }) => path === 'permissions');
  if (!Array.isArray(change?.old) || !Array.isArray(change.new)) return;
  const ids = granted.get(entry.target.id) ?? new Set<string>();
  granted.set(entry.target.id, ids);
  for (const id of change.old) ids.delete(String(id));
  for (const id of change.new) ids.add(String(id));
}

function equal(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
