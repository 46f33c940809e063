import { spellOutAll } from '../../../core/log/inert-text';
import { entriesAbout } from '../../db/log/target-entries';
import { readPackagesEver } from '../../db/tables/packages-table';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import type { PackageHistoryPage, PackageVersion } from './package-answers';

const ACTIONS = ['package.created', 'package.updated', 'package.deleted'] as const;

/** Changes of a package, newest first. A deleted one keeps its history. */
export function packageHistory(
  deps: Deps,
  caller: Caller,
  { id, cursor, limit }: { id: string; cursor?: string | undefined; limit: number }
): Promise<RefusalOr<PackageHistoryPage>> {
  const question = { name: 'packages.history', permission: 'tenants.packages.view' as const };
  return ask<PackageHistoryPage>(deps, caller, question, async () => {
    const before = cursor === undefined ? null : Number(/^\d{1,15}$/.exec(cursor)?.[0]);
    if (Number.isNaN(before))
      return {
        refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' }
      };
    const [known] = await readPackagesEver(deps.db, [id]);
    if (!known) return { refused: { code: 'not-found', what: 'package' } };
    const rows = await entriesAbout(deps.db, id, ACTIONS, { before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const items = page.map(({ seq, doc }) => ({
      ...{ entry: seq, at: doc.at, by: { id: doc.actor.id, name: doc.actor.name } },
      action: doc.action as PackageVersion['action'],
      change: doc.change
    }));
    const last = page.at(-1);
    return {
      answer: { items: spellOutAll(items), next: rows.length > limit && last ? String(last.n) : null }
    };
  });
}
