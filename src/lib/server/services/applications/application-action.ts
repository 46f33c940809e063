import { barredFromApplication } from '../../../core/applications/applications';
import type { Refusal } from '../../../core/access/refusal';
import type { ApplicationRow } from '../../db/tables/applications-table';
import { readRoles } from '../../db/tables/roles-table';
import type { Decision } from '../write-path/mutation';

const NOTHING: ReadonlySet<string> = new Set();

/** An application that a mutation declares, with what it can do now; or why whoever asks may not touch it (ACC-2). */
export async function touchedApplication(
  context: Decision,
  id: string
): Promise<{ row: ApplicationRow; effective: ReadonlySet<string> } | { refused: Refusal }> {
  const { actor, applications } = context;
  if (!applications) throw new Error('a command that changes an application does not declare it');
  const row = applications.get(id);
  if (!row) return { refused: { code: 'not-found', what: 'application' } };
  const effective = await permissionsOfRole(context, row.roleId);
  const refused = barredFromApplication(actor, { id, effective });
  return refused ? { refused } : { row, effective };
}

/** Permissions of a role's holders now; none where the role is gone. */
export async function permissionsOfRole(
  { deps, tx }: Pick<Decision, 'deps' | 'tx'>,
  roleId: string
): Promise<ReadonlySet<string>> {
  const [role] = await readRoles(tx, [roleId]);
  return role ? (await deps.grants.of(tx, role.id, role.seq)).effective : NOTHING;
}

/** The entry's name for an application. */
export function applicationTarget({ id, name }: { id: string; name: string }) {
  return { type: 'application', id, name };
}
