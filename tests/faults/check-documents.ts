import { FEED_LENGTH } from '../../src/lib/documents/cells';
import type { Facts, ReplicaState } from './history';

const SUPER = 'super_administrator';

/** Documents, and those who read them, say what the rows say (C1, C2). */
export function* checkDocuments(state: ReplicaState, facts: Facts, what: string): Generator<string> {
  const rows = new Map(facts.roles.map((row) => [row.id, row]));
  const granted = new Map<string, string[]>();
  for (const { roleId, permissionId, on } of facts.cells)
    if (on) granted.set(roleId, [...(granted.get(roleId) ?? []), permissionId]);

  for (const [id, role] of Object.entries(state.role)) {
    const row = rows.get(id);
    if (!row || row.deleted) yield `${what} role:${id} is of a role that does not exist`;
    else if (row.seq !== role.seq || row.name !== role.name)
      yield `${what} role:${id}: “${role.name}” ${role.seq}, row “${row.name}” ${row.seq}`;
    else if (id !== SUPER && [...role.granted].sort().join() !== (granted.get(id) ?? []).sort().join())
      yield `${what} role:${id}: ${role.granted.length} permissions, rows ${granted.get(id)?.length ?? 0}, or others`;
  }
  if (state.roles) {
    const present = facts.roles.filter((row) => !row.deleted);
    for (const row of present) {
      const cell = state.roles[row.id];
      if (!cell) yield `${what} roles lacks ${row.id}`;
      else if (cell.seq !== row.seq || cell.name !== row.name)
        yield `${what} roles: ${row.id} “${cell.name}” ${cell.seq}, row “${row.name}” ${row.seq}`;
    }
    if (Object.keys(state.roles).length !== present.length)
      yield `${what} roles lists ${Object.keys(state.roles).length} roles, ${present.length} exist`;
  }
  if (state.feed) {
    const newest = facts.sequence.slice(-FEED_LENGTH).map((row) => row.seq);
    if (state.feed.join() !== newest.join())
      yield `${what} feed: ${state.feed.length} entries to ${state.feed.at(-1)}, the log's newest are ${newest.length} to ${newest.at(-1)}`;
  }
}
