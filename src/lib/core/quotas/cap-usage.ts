import type { Gauge } from './binding';
import { CAPS, type CapId } from './caps';
import { forecastOf } from './forecast';
import type { Raise, SubjectType } from './layers';

/**
 * Pause of somebody's sending: who ordered it, for what subject (`administrator:<id>`, `platform`), why, and until
 * when; null: until somebody ends it.
 */
export type Pause = { subject: string; reason: string; until: string | null; by: string };

/** Use of a cap: its gauge (binding.ts), and what is to come of it. */
export type CapUsage = Pick<Gauge, 'used' | 'held' | 'limit' | 'source' | 'resetsAt'> & {
  /** Time at which it is reached at the pace of the last hour, ISO 8601; null: not before it frees itself. */
  forecastAt: string | null;
  /** Part of the limit that is raised, and when some of that ends; absent: none is. */
  raise?: { amount: number; until: string };
  /**
   * It is watched alone: what it would have refused in the last 24 hours, null where that is not counted. Absent:
   * it is enforced.
   */
  shadow?: { over: number | null };
  /** Absent: it may be used. */
  paused?: Pause;
};

export type CapUsages = Record<CapId, CapUsage>;

/** Sender of mail. `package`: of a user, where its caps come from that are neither its own nor the platform's. */
export type Sender = {
  type: SubjectType;
  id: string;
  name: string;
  package?: { id: string; name: string };
};

/** Everybody together, where somebody who sends could stand. */
export const EVERYONE = { type: 'platform', id: 'platform', name: 'Everyone' } as const;

/** A raise that runs, until an ISO time. */
export type RunningRaise = Raise & { until: string };

/** Use of somebody's caps at a moment. */
export function capUsages(
  gauges: readonly Gauge[],
  {
    raises,
    paused,
    over,
    now
  }: { raises: readonly RunningRaise[]; paused: Pause | null; over: number | null; now: Date }
): CapUsages {
  const lastHour = gauges.find(({ cap }) => cap === 'hourly')?.used ?? 0;
  const usages = gauges.map((gauge): [CapId, CapUsage] => {
    const { cap, used, held, limit, source, resetsAt, shadow } = gauge;
    const raise = raiseOf(raises.filter((each) => each.cap === cap));
    return [
      cap,
      {
        ...{ used, held, limit, source, resetsAt },
        forecastAt: forecastOf(gauge, lastHour, now),
        ...(raise ? { raise } : {}),
        ...(shadow ? { shadow: { over } } : {}),
        ...(paused ? { paused } : {})
      }
    ];
  });
  return Object.fromEntries(usages) as CapUsages;
}

function raiseOf(raises: readonly RunningRaise[]): CapUsage['raise'] | null {
  if (raises.length === 0) return null;
  return {
    amount: raises.reduce((sum, { amount }) => sum + amount, 0),
    until: raises.map(({ until }) => until).sort()[0]!
  };
}

/**
 * A pause as users are told of it: why and by whom everybody may not send can name others (TEN-3). Of one of their
 * own they are told it.
 */
export function unexplained(pause: Pause): Pause {
  return pause.subject === EVERYONE.id ? { ...pause, reason: '', by: '' } : pause;
}

/** Use of a user's caps, as the user is told. */
export function toldToUser<U extends CapUsages>(usages: U): U {
  const told = CAPS.map(({ id }) => {
    const { paused, ...usage } = usages[id];
    return [id, paused ? { ...usage, paused: unexplained(paused) } : usage] as const;
  });
  return { ...usages, ...Object.fromEntries(told) };
}
