import type { Limits, Window } from './counted-account';

export type Cap = Window | 'threads';
export type Caps = Partial<Record<Cap, number>>;

/** Rules in force for somebody at the moment when they were looked up. */
export type View = {
  clock: number;
  zone: string;
  /** Reason nothing can be sent; null: none. */
  stop: string | null;
  /** The accounts that are charged, with their limits. */
  layers: { account: string; limits: Limits }[];
  threads: number;
};

type Raise = { account: string; cap: Cap; amount: number; until: number };
type Stop = { account: string; what: 'paused' | 'suspended'; until: number | null; since: number };

/** Decisions of people about sending, as they were said to the program. */
export class Rules {
  platform: Caps = {};
  total: Limits = {};
  own = new Map<string, Caps>();
  raises: Raise[] = [];
  stops: Stop[] = [];
  constructor(public zone: string) {}

  view(account: string, clock: number): View {
    const limits: Limits = {};
    for (const window of ['hourly', 'daily', 'monthly'] as const) {
      const limit = this.#limit(account, window, clock);
      if (limit < Infinity) limits[window] = limit;
    }
    const layers = [{ account, limits }];
    if (Object.keys(this.total).length > 0) layers.push({ account: 'platform', limits: { ...this.total } });
    return {
      ...{ clock, zone: this.zone, layers, stop: this.stopped(account, clock)?.what ?? null },
      threads: this.#limit(account, 'threads', clock)
    };
  }

  /** Stop in force for somebody at a moment. */
  stopped(account: string, clock: number): Stop | undefined {
    return this.stops.find(
      (stop) => [account, 'platform'].includes(stop.account) && (stop.until === null || stop.until > clock)
    );
  }

  stop(stop: Stop): void {
    this.go(stop.account, stop.what);
    this.stops.push(stop);
  }

  go(account: string, what: Stop['what']): void {
    this.stops = this.stops.filter((each) => each.account !== account || each.what !== what);
  }

  #limit(account: string, cap: Cap, clock: number): number {
    const least = Math.min(this.platform[cap] ?? Infinity, this.own.get(account)?.[cap] ?? Infinity);
    const raised = this.raises.filter(
      (raise) => raise.account === account && raise.cap === cap && raise.until > clock
    );
    return raised.reduce((sum, { amount }) => sum + amount, least);
  }
}
