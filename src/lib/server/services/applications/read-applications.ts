import { isApplicationSuspended, STEWARDLESS_DAYS } from '../../../core/applications/keys';
import { readAdministrators } from '../../db/tables/administrators-table';
import { readKeys, readKeyUses } from '../../db/tables/api-keys-table';
import { readApplications, type ApplicationRow } from '../../db/tables/applications-table';
import { readRoles } from '../../db/tables/roles-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { keySummary, type KeySummary } from './key-summary';

export type ApplicationSummary = {
  id: string;
  name: string;
  role: { id: string; name: string };
  /** The administrator who answers for it; null: nobody does. */
  steward: { id: string; name: string } | null;
  /** Time it will be suspended, or was, because nobody answers for it; null: somebody does. ISO 8601. */
  stewardlessUntil: string | null;
  status: 'active' | 'suspended';
  allowlist: string[];
  /** Calls a minute; null: what the installation allows. */
  perMinute: number | null;
  seq: number;
  createdAt: string;
  /** Newest first. */
  keys: KeySummary[];
};

const VIEW = 'people.api_keys.list' as const;
const DAY = 86_400_000;

/** All applications by name. */
export function listApplications(deps: Deps, caller: Caller): Promise<RefusalOr<ApplicationSummary[]>> {
  return ask<ApplicationSummary[]>(
    deps,
    caller,
    { name: 'applications.list', permission: VIEW },
    async () => ({
      answer: await summaries(deps, await readApplications(deps.db))
    })
  );
}

export function getApplication(
  deps: Deps,
  caller: Caller,
  id: string
): Promise<RefusalOr<ApplicationSummary>> {
  return ask<ApplicationSummary>(deps, caller, { name: 'applications.get', permission: VIEW }, async () => {
    const [found] = await summaries(deps, await readApplications(deps.db, [id]));
    return found ? { answer: found } : { refused: { code: 'not-found', what: 'application' } };
  });
}

async function summaries(deps: Deps, rows: readonly ApplicationRow[]): Promise<ApplicationSummary[]> {
  const stewardIds = [...new Set(rows.flatMap(({ stewardId }) => stewardId ?? []))];
  const [roles, stewards, keys] = await Promise.all([
    readRoles(deps.db, [...new Set(rows.map(({ roleId }) => roleId))]),
    readAdministrators(deps.db, stewardIds),
    readKeys(deps.db, { applicationIds: rows.map(({ id }) => id) })
  ]);
  const uses = await readKeyUses(
    deps.db,
    keys.map(({ id }) => id)
  );
  const roleNames = new Map(roles.map(({ id, name }) => [id, name]));
  const stewardNames = new Map(stewards.map(({ id, name }) => [id, name]));
  const now = Date.now();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: { id: row.roleId, name: roleNames.get(row.roleId) ?? row.roleId },
    steward:
      row.stewardId === null ? null : { id: row.stewardId, name: stewardNames.get(row.stewardId) ?? '' },
    stewardlessUntil:
      row.stewardGoneAt && new Date(row.stewardGoneAt.getTime() + STEWARDLESS_DAYS * DAY).toISOString(),
    status: isApplicationSuspended(row, now) ? 'suspended' : 'active',
    allowlist: row.allowlist,
    perMinute: row.perMinute,
    seq: row.seq,
    createdAt: row.createdAt.toISOString(),
    keys: keys
      .filter(({ applicationId }) => applicationId === row.id)
      .map((key) => keySummary(key, uses.get(key.id)))
  }));
}
