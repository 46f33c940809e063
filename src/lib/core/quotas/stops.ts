import { CAPS, type CapId } from './caps';
import type { CapUsage, CapUsages, Pause } from './cap-usage';
import { NEAR } from './forecast';
import { isFull, partUsed } from './gauge-look';

/** Cause that stops somebody's sending, or will first. */
export type Stop =
  | { kind: 'suspended' }
  | { kind: 'closed' }
  | { kind: 'full'; cap: CapId; freesAt: string | null }
  | { kind: 'foretold'; cap: CapId; at: string }
  | { kind: 'near'; cap: CapId; part: number }
  | { kind: 'raised'; cap: CapId; until: string }
  | { kind: 'paused'; pause: Pause }
  /** Nothing within this day and month; `never`: there is no limit that could. */
  | { kind: 'none' }
  | { kind: 'never' };

const ORDER: readonly Stop['kind'][] = [
  'full',
  'foretold',
  'near',
  'raised',
  'paused',
  'suspended',
  'closed',
  'none',
  'never'
];
/** Caps that stop sending; threads that are all busy only delay it. */
const STOPPING = ['hourly', 'daily', 'monthly'] as const;

/** Stop that is to be told of somebody first. */
export function stopOf(caps: CapUsages, status: 'active' | 'suspended' | 'closed'): Stop {
  if (status !== 'active') return { kind: status };
  const paused = caps.daily.paused;
  if (paused) return { kind: 'paused', pause: paused };
  // A cap that is only watched stops nothing.
  const each = CAPS.filter(({ id }) => caps[id].shadow === undefined).map(({ id }) => ({
    ...{ id, usage: caps[id] },
    part: partUsed(caps[id])
  }));
  const full = STOPPING.filter((id) => isFull(caps[id]));
  const last = full.toSorted((a, b) => laterFirst(caps[a], caps[b]))[0];
  if (last) return { kind: 'full', cap: last, freesAt: caps[last].resetsAt };
  const foretold = each
    .flatMap(({ id, usage }) => (usage.forecastAt === null ? [] : [{ cap: id, at: usage.forecastAt }]))
    .sort((a, b) => (a.at < b.at ? -1 : 1))[0];
  if (foretold) return { kind: 'foretold', ...foretold };
  const near = each
    .flatMap(({ id, part }) => (part !== null && part >= NEAR ? [{ cap: id, part }] : []))
    .sort((a, b) => b.part - a.part)[0];
  if (near) return { kind: 'near', ...near };
  const raised = each.find(({ usage }) => usage.raise);
  if (raised) return { kind: 'raised', cap: raised.id, until: raised.usage.raise!.until };
  return { kind: each.some(({ id, part }) => id !== 'threads' && part !== null) ? 'none' : 'never' };
}

/** True if four fifths of a cap are used, or one is reached before it begins again; of a stop that says less, false. */
export function isNearLimit(caps: CapUsages, stop: Stop): boolean {
  if (stop.kind === 'foretold' || stop.kind === 'near') return true;
  const isUsed = ({ id }: { id: CapId }) => caps[id].limit !== 0 && (partUsed(caps[id]) ?? 0) >= NEAR;
  return stop.kind === 'full' && CAPS.some(isUsed);
}

/** Sorts by what stops first: reached, then by the time it will be, then by how near it is. */
export function compareStops(a: Stop, b: Stop): number {
  const order = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  if (order !== 0) return order;
  if (a.kind === 'foretold' && b.kind === 'foretold') return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
  if (a.kind === 'near' && b.kind === 'near') return b.part - a.part;
  return 0;
}

/** The cap that is told of on a phone, where there is room for one. */
export function capToShow(caps: CapUsages, stop: Stop): CapId {
  if ('cap' in stop) return stop.cap;
  const parts = CAPS.map(({ id }) => ({ id, part: partUsed(caps[id]) ?? -1 }));
  return parts.sort((a, b) => b.part - a.part)[0]!.id;
}

function laterFirst(a: CapUsage, b: CapUsage): number {
  const of = ({ resetsAt }: CapUsage) => (resetsAt === null ? Infinity : Date.parse(resetsAt));
  return of(b) === of(a) ? 0 : of(b) > of(a) ? 1 : -1;
}
