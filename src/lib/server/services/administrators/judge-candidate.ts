import { requirePermission } from '../../../core/access/access';
import type { CapSettings } from '../../../core/quotas/caps';
import { decidePersonCreate } from '../../../core/administrators/people';
import type { Refusal } from '../../../core/access/refusal';
import type { Queryable } from '../../db/driver/client';
import type { RoleRow } from '../../db/tables/roles-table';
import type { ActingPerson } from '../write-path/acting-person';
import type { Deps } from '../write-path/deps';
import { emailTaken } from '../write-path/email-taken';
import { readSection } from '../stored-settings/read-section';

/**
 * Reason a person may not be added as they are, null when they may: judged under locks by whoever adds them, and
 * without locks by a dry run, so that both always say the same.
 */
export async function judgeCandidate(
  { deps, tx, actor }: { deps: Deps; tx: Queryable; actor: ActingPerson },
  candidate: { email: string; role: RoleRow | undefined; caps: CapSettings; invite: boolean }
): Promise<Refusal | null> {
  const { role, caps } = candidate;
  // Before anything is said about the role: whoever may not assign does not learn which roles exist.
  const missing =
    requirePermission(actor, 'people.roles.assign') ??
    (candidate.invite ? requirePermission(actor, 'people.invitations.send') : null);
  if (missing) return missing;
  if (!role) return { code: 'not-found', what: 'role' };
  const { effective } = await deps.grants.of(tx, role.id, role.seq);
  const refused = decidePersonCreate(actor, await readSection(tx, 'caps'), {
    role: { id: role.id, effective },
    caps
  });
  if (refused) return refused;
  return emailTaken(tx, actor, candidate.email);
}
