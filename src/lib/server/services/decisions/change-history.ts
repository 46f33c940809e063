import type { SubjectKind } from '../../../core/access/decisions/view';
import type { AuthorityView } from './authority-view';
import type { AuthorityNews } from './known-authority';

/** Looks that are remembered for those who come back. */
const MOST = 2000;

type Step = {
  /** Everything that was found up to this look has a number up to this one; null: some of it had none yet. */
  settled: number | null;
  news: AuthorityNews | null;
};

/** History of changed records, look by look, so that whoever stands for an older revision is told of those alone. */
export type ChangeHistory = {
  /**
   * Records that may differ from what somebody has who stands for a revision: all changes numbered above it are
   * among them. Null when that is too long ago, or was never known here: they begin anew.
   */
  since(revision: number): { principals: { kind: SubjectKind; id: string }[]; roles: string[] } | null;
};

/**
 * Follows a view. A look may find changes that have no number yet, and get it with a later look: they are counted
 * as changes of every revision from the last one on by which everything found had its number (decision 0043).
 */
export function changeHistory(view: AuthorityView): ChangeHistory {
  const steps: Step[] = [{ settled: settledOf(view), news: null }];
  view.follow((news) => {
    const settled = settledOf(view);
    if (news === null) steps.at(-1)!.settled ??= settled;
    else if (steps.push({ settled, news }) > MOST) steps.shift();
  });
  return {
    since(revision) {
      const from = steps.findLastIndex(({ settled }) => settled !== null && settled <= revision);
      const known = view.now();
      if (from < 0 || !known || known.revision < revision) return null;
      const principals = new Map<string, { kind: SubjectKind; id: string }>();
      const roles = new Set<string>();
      for (const { news } of steps.slice(from + 1)) {
        for (const ref of news?.principals ?? []) principals.set(`${ref.kind}:${ref.id}`, ref);
        for (const id of news?.roles ?? []) roles.add(id);
      }
      return { principals: [...principals.values()], roles: [...roles] };
    }
  };
}

function settledOf(view: AuthorityView): number | null {
  const moment = view.now()?.moment;
  return moment && !moment.hasPending ? moment.revision : null;
}
