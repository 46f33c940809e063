import { changes, type Operation } from './history';

/** A role as acknowledged operations made it. */
export type RoleModel = {
  seq: number;
  name: string;
  deleted: boolean;
  cells: Map<string, { on: boolean; seq: number }>;
  problems: string[];
};

/** Replays acknowledged operations in the order of the versions they were told. */
export function expectedRoles(history: readonly Operation[]): Map<string, RoleModel> {
  const roles = new Map<string, RoleModel>();
  for (const { kind, answer, input } of history) {
    if (kind !== 'create' || !answer) continue;
    const cells = new Map((input.permissions ?? []).map((id) => [id, { on: true, seq: 1 }]));
    roles.set(answer.id!, { seq: 1, name: input.name!, deleted: false, cells, problems: [] });
  }
  const edits = history.filter((operation) => operation.kind === 'edit' && changes(operation));
  for (const { op, input, answer } of edits.sort((a, b) => a.answer!.seq! - b.answer!.seq!)) {
    const role = roles.get(input.id!);
    const seq = answer!.seq!;
    if (!role) continue;
    if (seq !== role.seq + 1)
      role.problems.push(
        `role ${input.id}: edit ${op} was told version ${seq} where ${role.seq + 1} was due`
      );
    role.seq = seq;
    const { granted, revoked, fields } = answer!.applied!;
    for (const id of granted) role.cells.set(id, { on: true, seq });
    for (const id of revoked) role.cells.set(id, { on: false, seq });
    if (fields.includes('name')) role.name = input.name!;
  }
  for (const { kind, answer, input } of history) {
    const role = kind === 'delete' && answer ? roles.get(input.id!) : undefined;
    if (!role) continue;
    if (role.deleted) role.problems.push(`role ${input.id}: deleted twice`);
    role.deleted = true;
    role.seq += 1;
  }
  return roles;
}
