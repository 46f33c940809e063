import type { Refusal } from '../access/refusal';
import { bindingCap, capAbove, CAPS, type CapId, type CapSettings, type PlatformCaps } from './caps';

/** Longest time until a raise ends, in days: what is meant to stay is a cap. */
const LONGEST_RAISE_DAYS = 31;
const DAY_MS = 86_400_000;

export type RaiseRequest = { cap: CapId; amount: number; until: Date };

/**
 * Decides whether a cap may be raised by so much for so long (QUO-7): with all that it was raised by, not above the
 * giver's own (ACC-4). Null: it may.
 */
export function decideRaise(
  { cap, amount, until }: RaiseRequest,
  given: {
    platform: PlatformCaps;
    giver: CapSettings;
    /** The caps of whom it is given, and what of this one is raised already. */
    own: CapSettings;
    raised: number;
    now: Date;
  }
): Refusal | null {
  const ahead = until.getTime() - given.now.getTime();
  if (ahead <= 0) return invalid('until', 'The end must be in the future.');
  if (ahead > LONGEST_RAISE_DAYS * DAY_MS)
    return invalid('until', `A raise ends within ${LONGEST_RAISE_DAYS} days.`);
  const { limit } = bindingCap(given.platform[cap], given.own[cap]);
  if (limit === 'unlimited') return invalid('cap', `${labelOf(cap)} is unlimited already.`);
  const above = capAbove(given.platform, given.giver, { [cap]: limit + given.raised + amount });
  return above && { code: 'access/cap-above-own', ...above };
}

function labelOf(cap: CapId): string {
  return CAPS.find(({ id }) => id === cap)!.label;
}

function invalid(field: string, message: string): Refusal {
  return { code: 'input/invalid', field, message };
}
