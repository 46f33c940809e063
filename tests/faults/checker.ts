import { checkAuthority, checkChain, checkLogReplay } from './check-log';
import { checkDocuments } from './check-documents';
import { expectedRoles, type RoleModel } from './expected-roles';
import { changes, type Facts, type Operation } from './history';

/**
 * Compares what editors were told with what is (SECURITY 6, C1 to C8). Returns what differs, in words; nothing when
 * all is well.
 */
export function check(history: readonly Operation[], facts: Facts): string[] {
  return [
    ...checkAnswers(history, facts),
    ...checkRows(expectedRoles(history), facts),
    ...checkLogReplay(history, facts),
    ...checkChain(facts),
    ...checkAuthority(history, facts),
    ...checkDocuments(facts.documents, facts, 'document'),
    ...checkDocuments(facts.replicas, facts, 'replica')
  ];
}

/** Every operation ended in one answer, however often it was asked, and the database remembers it (C3, C8). */
function* checkAnswers(history: readonly Operation[], facts: Facts): Generator<string> {
  const known = new Set(facts.operations);
  for (const operation of history) {
    const { op, kind, answer, refused, answers } = operation;
    if (!answer && !refused) yield `${kind} ${op} was never answered`;
    // What changed nothing is not kept, so that the same question is judged anew; all else has one answer for ever.
    if (new Set(answers).size > 1 && answers.some(saysChange))
      yield `${kind} ${op} was answered in two ways: ${[...new Set(answers)].join(' / ')}`;
    if (changes(operation) && !known.has(op))
      yield `${kind} ${op} was acknowledged, the database does not know it`;
  }
}

/** Rows hold exactly what acknowledged operations made (C1, C3): nothing lost, nothing twice, nothing else. */
function* checkRows(expected: ReadonlyMap<string, RoleModel>, facts: Facts): Generator<string> {
  const rows = new Map(facts.roles.map((row) => [row.id, row]));
  const cells = new Map<string, Map<string, { on: boolean; seq: number }>>();
  for (const { roleId, permissionId, on, seq } of facts.cells) {
    if (!cells.has(roleId)) cells.set(roleId, new Map());
    cells.get(roleId)!.set(permissionId, { on, seq });
  }
  for (const row of facts.roles)
    if (!expected.has(row.id) && row.seq !== 1) yield `role ${row.id}: changed, nobody was told of it`;
  for (const [id, role] of expected) {
    yield* role.problems;
    const row = rows.get(id);
    if (!row) {
      yield `role ${id}: its creation was acknowledged, it does not exist`;
      continue;
    }
    if (row.seq !== role.seq) yield `role ${id}: version ${row.seq}, acknowledged edits make ${role.seq}`;
    if (row.name !== role.name) yield `role ${id}: named “${row.name}”, acknowledged “${role.name}”`;
    if (row.deleted !== role.deleted)
      yield `role ${id}: deleted ${row.deleted}, acknowledged ${role.deleted}`;
    const stored = cells.get(id) ?? new Map<string, { on: boolean; seq: number }>();
    for (const [permission, cell] of role.cells) {
      const found = stored.get(permission);
      if (!found) yield `role ${id}, ${permission}: acknowledged at version ${cell.seq}, no such cell`;
      else if (found.on !== cell.on || found.seq !== cell.seq)
        yield `role ${id}, ${permission}: ${found.on} at ${found.seq}, acknowledged ${cell.on} at ${cell.seq}`;
    }
    for (const permission of stored.keys())
      if (!role.cells.has(permission)) yield `role ${id}, ${permission}: a cell that nobody was told of`;
    const granted = [...stored.values()].filter((cell) => cell.on).length;
    if (row.count !== granted) yield `role ${id}: counts ${row.count} permissions, holds ${granted}`;
  }
}

/** True if the text of an answer reports that something happened: a change, or a refusal, which is logged. */
function saysChange(text: string): boolean {
  return !text.includes('"applied":{"fields":[],"granted":[],"revoked":[]}');
}
