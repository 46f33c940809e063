import type { Decision, DecisionCode } from './evaluate';

/** Checks that a decision makes, in its order (`evaluate`). */
export const CHECKS = ['subject', 'account', 'permission', 'owner', 'role', 'scope', 'sending'] as const;
export type CheckId = (typeof CHECKS)[number];

export type Check = {
  id: CheckId;
  /**
   * `decides`: for this alone it is what it is. `against`: it stands in the way as well. `not-asked`: there was
   * nothing to ask it of.
   */
  state: 'passed' | 'decides' | 'against' | 'not-asked';
};

const CHECK_OF: Record<DecisionCode, CheckId> = {
  granted: 'role',
  'not-granted': 'role',
  'owner-only': 'owner',
  scope: 'scope',
  paused: 'sending',
  'unknown-subject': 'subject',
  'unknown-action': 'permission',
  suspended: 'account',
  closed: 'account',
  expired: 'account'
};

/** The check that a reason answers. */
export function checkOf(code: DecisionCode): CheckId {
  return CHECK_OF[code];
}

/**
 * The chain of a decision, in the order of the questions (DEC-3). What goes without saying is left out: that there is
 * somebody, that there is such a permission, whose record it is where that is asked of nobody, and that nothing is
 * paused.
 */
export function checksOf({ reasons }: Decision): Check[] {
  const [first] = reasons;
  const answered = new Set(reasons.map(({ code }) => CHECK_OF[code]));
  const lacks = (id: CheckId) => answered.has(id);
  return CHECKS.flatMap((id): Check[] => {
    if (id === CHECK_OF[first.code]) return [{ id, state: 'decides' }];
    if (lacks(id)) return [{ id, state: 'against' }];
    if (id === 'subject' || id === 'permission' || id === 'scope' || id === 'sending') return [];
    const needsBoth = id === 'owner' || id === 'role';
    const isUnasked = lacks('subject') || (needsBoth && lacks('permission'));
    return [{ id, state: isUnasked ? 'not-asked' : 'passed' }];
  });
}
