import { serverNow } from '$lib/client/api/server-clock';
import { api, isConnectionFault, refusalOf } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import { BYTE_ORDER_MARK, csvRecord } from '$lib/core/log/export/csv';
import { CAPS } from '$lib/core/quotas/caps';
import type { CapUsages } from '$lib/core/quotas/cap-usage';
import type { SendingSubject } from './sending-commands.svelte';

export type UsedHour = { hour: string; units: number; over: number };

/** Sender whose usage it is; `own`: the user who is signed in. */
type Subject = SendingSubject | 'platform' | 'own';

const HOUR_MS = 3_600_000;
const SHOWN_HOURS = 24;
/** Usage is kept for 13 months, and asked for in one go. */
const KEPT_DAYS = 397;

/** Usage of a sender in the hours of the last day, hour by hour, and all of it as a file (QUO-11). */
export class UsageHistory {
  readonly #subject: Subject;
  readonly #known = new Loadable<readonly UsedHour[]>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The last 24 hours, the one that runs last; null: not known yet. */
  get day(): readonly UsedHour[] | null {
    const { status } = this.#known;
    return status.state === 'loaded' ? status.value : null;
  }

  async load(): Promise<void> {
    await this.#known.ask(async () => {
      const now = Math.floor(serverNow() / HOUR_MS) * HOUR_MS;
      const from = now - (SHOWN_HOURS - 1) * HOUR_MS;
      const told = await this.#ask(new Date(from), new Date(now + HOUR_MS));
      return withEmptyHours(told, from, SHOWN_HOURS);
    });
  }

  /** The whole history as a CSV file. Null: the server said no or nothing. @throws what is neither */
  async file(name: string, caps: CapUsages): Promise<string | null> {
    const now = serverNow();
    try {
      const hours = await this.#ask(new Date(now - KEPT_DAYS * 24 * HOUR_MS), new Date(now + HOUR_MS));
      return historyFile(name, caps, hours);
    } catch (error) {
      if (isConnectionFault(error) || refusalOf(error)) return null;
      throw error;
    }
  }

  #ask(from: Date, to: Date): Promise<UsedHour[]> {
    const period = { from: from.toISOString(), to: to.toISOString() };
    return this.#subject === 'own'
      ? api.own.history.query(period)
      : api.caps.history.query({ subject: this.#subject, ...period });
  }
}

/** Hours in which nothing happened are told of, too. */
export function withEmptyHours(told: readonly UsedHour[], from: number, count: number): UsedHour[] {
  const byHour = new Map(told.map((each) => [Date.parse(each.hour), each]));
  return Array.from({ length: count }, (_, at) => {
    const time = from + at * HOUR_MS;
    return byHour.get(time) ?? { hour: new Date(time).toISOString(), units: 0, over: 0 };
  });
}

/** A CSV of what was used hour by hour, with the limits that are in force now. No cell is ever a formula. */
export function historyFile(name: string, caps: CapUsages, hours: readonly UsedHour[]): string {
  const limits = CAPS.map(({ id }) => caps[id].limit);
  return (
    BYTE_ORDER_MARK +
    csvRecord([
      'Name',
      'Hour (UTC)',
      'Recipients',
      'Over a watched cap',
      ...CAPS.map(({ label }) => `${label} now`)
    ]) +
    hours.map(({ hour, units, over }) => csvRecord([name, hour, units, over, ...limits])).join('')
  );
}
