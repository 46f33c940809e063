import {
  gaugesOf,
  minutesOf,
  type Account,
  type LedgerMoment,
  type Threads
} from '../../../core/quotas/account';
import { capUsages, type Pause } from '../../../core/quotas/cap-usage';
import {
  accountOf,
  PLATFORM,
  SUBJECT_TYPES,
  type Layer,
  type SubjectType
} from '../../../core/quotas/layers';
import type { PlatformCell, SenderCell, TotalCell } from '../../../documents/cells';
import type { Queryable } from '../../db/driver/client';
import { readMoved, type MovedAccounts } from '../../db/tables/gauges-table';
import { overOfDay } from '../../db/tables/ledger-table';
import { findPause } from '../../db/tables/pauses-table';
import { readSenders, type SenderFacts } from '../../db/tables/senders-table';
import { readSection } from '../stored-settings/read-section';
import { toPause } from './gauges';
import { senderStateOf, totalLayer, type Bar } from './sender-state';
import { comingOf, senderOf } from './usage';

/** Gauges to watch: single ones by their account (`user:<id>`), and optionally those of everybody who sends. */
export type Watched = { everybody: boolean; own: readonly string[] };

/** The gauges of a moment. */
export type GaugesSeen = {
  /** Cells by account; those who have not sent and for whom nothing runs are in it when they are watched. */
  cells: ReadonlyMap<string, SenderCell>;
  /** Accounts of everybody who sends; of some of them alone where not everybody is watched. */
  senders: ReadonlySet<string>;
  platform: PlatformCell;
};

/** Facts of people change with an entry of the log; what one overlooks costs this long. */
const FACTS_MS = 5000;
/** A busy log does not make everybody's facts be read more often than this. */
const FACTS_LEAST_MS = 1000;
const MINUTE_MS = 60_000;
const NOBODY: Threads = { count: 0, freesAt: null };

type KnownSender = { type: SubjectType; facts: SenderFacts };

/**
 * Gauges of everybody, kept in memory while somebody looks: a look reads what was written since the one before, in
 * whichever process it was charged. It writes nothing.
 */
export class LiveGauges {
  readonly #deps: { readonly db: Queryable };
  #watched: Watched = { everybody: false, own: [] };
  #horizon: string | null = null;
  #revision = -1;
  #factsAt = -Infinity;
  #zone = 'UTC';
  readonly #accounts = new Map<string, Account>();
  #known = new Map<string, KnownSender>();
  #senders: ReadonlySet<string> = new Set();
  #paused: Pause | null = null;
  #total: Layer | null = null;
  #marks: PlatformCell['marks'] = [80, 90];
  /** Units that watched caps would have refused in the last 24 hours, by account. */
  #over = new Map<string, number>();
  #cells = new Map<string, SenderCell>();
  /** Grounds of the cells: the minute, the facts, the threads, and when something of it ends by itself. */
  #minute = -1;
  #workedOutOf = -Infinity;
  #threaded: readonly string[] = [];
  /** Accounts of which nothing was worked out yet. */
  #joined = new Set<string>();
  #nextEnd = Infinity;

  constructor(deps: { readonly db: Queryable }) {
    this.#deps = deps;
  }

  /** Reads what moved. One call at a time. */
  async look(watched: Watched, now: number): Promise<GaugesSeen> {
    if (watched.everybody !== this.#watched.everybody) this.#forget();
    if (this.#horizon === null) await this.#readFacts(watched, now);
    else await this.#join(watched);
    this.#watched = watched;
    let moved = await this.#readMoved(watched);
    const another =
      moved.revision !== this.#revision ||
      [...moved.accounts.keys()].some((each) => each !== PLATFORM && !this.#known.has(each));
    const age = now - this.#factsAt;
    if (age >= FACTS_MS || (another && age >= FACTS_LEAST_MS)) {
      this.#revision = moved.revision;
      await this.#readFacts(watched, now);
      if (this.#zones().some((zone) => !moved.moments.has(zone))) moved = await this.#readMoved(watched);
    }
    const paused = runsAt(moved.moment.at)(this.#paused ?? OVER) ? this.#paused : null;
    this.#workOut(moved);
    const total = watched.everybody ? this.#totalOf(moved.moment, paused) : null;
    return { cells: this.#cells, senders: this.#senders, platform: { paused, total, marks: this.#marks } };
  }

  async #readMoved({ everybody, own }: Watched): Promise<MovedAccounts> {
    const whose = everybody ? null : own;
    const asked = { zone: this.#zone, zones: this.#zones(), whose, since: this.#horizon };
    const moved = await readMoved(this.#deps.db, asked);
    this.#horizon = moved.horizon;
    keep(this.#accounts, moved.accounts);
    return moved;
  }

  /** Time zones in which the days of somebody begin. */
  #zones(): string[] {
    const zones = [...this.#known.values()].map(({ facts }) => facts.timeZone ?? this.#zone);
    return [...new Set([this.#zone, ...zones])];
  }

  #forget(): void {
    this.#horizon = null;
    this.#revision = -1;
    this.#accounts.clear();
  }

  /**
   * Reads, of those who are new here alone, what is not known of them. Who is watched no more stays known until the
   * facts are read again.
   */
  async #join({ everybody, own }: Watched): Promise<void> {
    const before = new Set(this.#watched.own);
    // Of everybody who sends all is known.
    const added = own.filter((account) => !before.has(account) && !(everybody && this.#known.has(account)));
    if (added.length === 0) return;
    const { db } = this.#deps;
    const joined = await readOwn(db, added);
    const over = await overOfDay(db, watchedAmong(joined));
    if (!everybody) {
      const asked = { zone: this.#zone, zones: this.#zones(), whose: added, since: null };
      keep(this.#accounts, (await readMoved(db, asked)).accounts);
    }
    for (const [account, known] of joined) {
      this.#known.set(account, known);
      this.#joined.add(account);
      this.#nextEnd = Math.min(this.#nextEnd, nextEndOf([known], known.facts.at));
    }
    keep(this.#over, over);
  }

  async #readFacts({ everybody, own }: Watched, now: number): Promise<void> {
    const { db } = this.#deps;
    const known = new Map<string, KnownSender>();
    if (everybody)
      for (const type of SUBJECT_TYPES) keep(known, sendersBy(type, await readSenders(db, type, null)));
    this.#senders = new Set(known.keys());
    keep(known, await readOwn(db, own));
    this.#zone = (await readSection(db, 'general')).timeZone;
    const alerts = await readSection(db, 'alerts');
    const sending = await readSection(db, 'sending');
    this.#marks = [alerts.first, alerts.second];
    this.#total = totalLayer(sending, alerts);
    const total = everybody && this.#total && isWatched(this.#total) ? [PLATFORM] : [];
    this.#over = new Map(await overOfDay(db, [...watchedAmong(known), ...total]));
    const pause = await findPause(db, 'platform');
    this.#paused = pause && toPause(pause);
    this.#known = known;
    this.#factsAt = now;
  }

  /**
   * Cells of those whose account moved or who have threads; those of everybody where the minute, a fact or what
   * runs is another one.
   */
  #workOut({ moment, moments, threads, accounts }: MovedAccounts): void {
    const minute = Math.floor(moment.at / MINUTE_MS);
    const all = minute !== this.#minute || this.#factsAt !== this.#workedOutOf || moment.at >= this.#nextEnd;
    const changed = all
      ? this.#known.keys()
      : new Set([...accounts.keys(), ...threads.keys(), ...this.#threaded, ...this.#joined]);
    if (all) {
      this.#cells = new Map();
      this.#nextEnd = nextEndOf(this.#known.values(), moment.at);
    }
    for (const account of changed) {
      const known = this.#known.get(account);
      if (!known) continue;
      const kept = this.#accounts.get(account) ?? null;
      // What was read stays as long as it is not written; today is another day meanwhile.
      const counted = kept && { ...kept, today: moments.get(kept.zone)?.today ?? kept.today };
      const facts = running(known.facts, moment);
      const over = this.#over.get(account) ?? 0;
      const own = moments.get(facts.timeZone ?? this.#zone)!;
      const given = { counted, threads: threads.get(account) ?? NOBODY, over, moment: own };
      this.#cells.set(account, cellOf(known.type, facts, given));
    }
    this.#minute = minute;
    this.#workedOutOf = this.#factsAt;
    this.#threaded = [...threads.keys()];
    this.#joined.clear();
  }

  #totalOf(moment: LedgerMoment, paused: Pause | null): TotalCell | null {
    if (!this.#total) return null;
    const counted = this.#accounts.get(PLATFORM) ?? null;
    const over = this.#over.get(PLATFORM) ?? 0;
    const usages = usagesOf(gaugesOf(counted, this.#total, NOBODY, moment), {
      ...{ raises: [], paused, over, now: new Date(moment.at) }
    });
    return { ...usages, minutes: minutesOf(counted, moment) };
  }
}

function isWatched({ caps }: Layer): boolean {
  return Object.values(caps).some(({ shadow, limit }) => shadow === true && limit !== 'unlimited');
}

function keep<T>(all: Map<string, T>, more: ReadonlyMap<string, T>): void {
  for (const [account, each] of more) all.set(account, each);
}

/** Facts about these accounts, whether they have sent or not. */
async function readOwn(db: Queryable, own: readonly string[]): Promise<Map<string, KnownSender>> {
  const known = new Map<string, KnownSender>();
  for (const type of SUBJECT_TYPES) {
    const ids = own.flatMap((account) =>
      account.startsWith(`${type}:`) ? [account.slice(type.length + 1)] : []
    );
    if (ids.length > 0) keep(known, sendersBy(type, await readSenders(db, type, ids)));
  }
  return known;
}

function sendersBy(type: SubjectType, senders: readonly SenderFacts[]): Map<string, KnownSender> {
  return new Map(senders.map((facts) => [accountOf({ type, id: facts.id }), { type, facts }]));
}

/** Those of whose caps one counts and refuses nothing. */
function watchedAmong(known: ReadonlyMap<string, KnownSender>): string[] {
  return [...known].flatMap(([account, { type, facts }]) =>
    isWatched(senderStateOf(type, facts).layers[0]!) ? [account] : []
  );
}

/**
 * Earliest end of the running raises, pauses, suspensions and closings, in milliseconds since 1970; `Infinity`
 * when none ends.
 */
function nextEndOf(known: Iterable<KnownSender>, at: number): number {
  let next = Infinity;
  for (const { facts } of known) {
    const { raises, pauses, suspendedUntil, closesAt } = facts;
    const times = [...raises, ...pauses].flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
    for (const end of [...times, suspendedUntil ?? Infinity, closesAt ?? Infinity])
      if (end > at && end < next) next = end;
  }
  return next;
}

const OVER = { until: '1970-01-01T00:00:00.000Z' };

function runsAt(at: number): (of: { until: string | null }) => boolean {
  return ({ until }) => until === null || Date.parse(until) > at;
}

/** The facts of this moment: without the raises and pauses that have ended since they were read. */
function running(facts: SenderFacts, { at }: LedgerMoment): SenderFacts {
  const runs = runsAt(at);
  return { ...facts, at, raises: facts.raises.filter(runs), pauses: facts.pauses.filter(runs) };
}

type Counts = { counted: Account | null; threads: Threads; over: number; moment: LedgerMoment };

function cellOf(type: SubjectType, facts: SenderFacts, given: Counts): SenderCell {
  const { counted, threads, over, moment } = given;
  const senderState = senderStateOf(type, facts);
  const gauges = gaugesOf(counted, senderState.layers[0]!, threads, moment);
  return {
    ...usagesOf(gauges, { ...comingOf(type, facts), over, now: new Date(moment.at) }),
    sender: { ...senderOf(type, facts), status: statusOf(senderState.bar) },
    minutes: minutesOf(counted, moment)
  };
}

function statusOf(bar: Bar | null): SenderCell['sender']['status'] {
  return bar?.reason === 'suspended' || bar?.reason === 'closed' ? bar.reason : 'active';
}

function usagesOf(...given: Parameters<typeof capUsages>): ReturnType<typeof capUsages> {
  const usages = capUsages(...given);
  for (const usage of Object.values(usages)) usage.forecastAt = wholeMinute(usage.forecastAt);
  return usages;
}

/** The time to the minute: what is foretold moves with the clock, and would be news twice a second. */
function wholeMinute(time: string | null): string | null {
  return time && `${time.slice(0, 16)}:00.000Z`;
}
