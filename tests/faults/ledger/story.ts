import { tidyLedger } from '../../../src/lib/server/db/tables/ledger-table';
import type { Random } from '../random';
import { Book } from './book';
import { Caller } from './caller';
import { dateIn } from './calendar';
import { WINDOWS, type Limits } from './counted-account';
import { differences } from './differences';
import type { StoryGround } from './ground';
import { Rules, type Cap, type Caps } from './rules';
import { ThreadsBook } from './threads-book';
import { reasonOf, type Fate, type Run } from './virtual-endpoints';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONES = ['UTC', 'Europe/Berlin', 'America/Havana', 'Asia/Kolkata', 'Pacific/Auckland'];
/** Shortly before clocks change, months end, and a day like others. */
const BEGINNINGS = [
  '2026-03-28T20:00Z',
  '2026-03-08T02:00Z',
  '2026-10-24T21:00Z',
  '2026-10-31T20:00Z',
  '2027-02-28T09:00Z'
];
const CAPS: readonly Cap[] = [...WINDOWS, 'threads'];
const STEPS = 70;

/**
 * One story: some programs ask for some people, and a seed says what happens between any two of their statements.
 * Everything that the ledger and its endpoints said is written into a book, which says at the end what must not have
 * been.
 */
export class Story {
  readonly rules: Rules;
  readonly book = new Book();
  readonly threads = new ThreadsBook(this.book.problems);
  readonly callers: Caller[];
  /** Events of the story, a line each. */
  readonly told: string[] = [];
  accounts: string[] = [];
  clock: number;
  #latest: number;
  #set = NaN;
  /** True in one of three stories, whose clocks are wrong by hours, too. */
  readonly #wild: boolean;
  /** The change of the date over which clocks go to and fro, in one of five stories. */
  #midnightOf: number | null = null;

  constructor(
    readonly ground: StoryGround,
    readonly random: Random,
    readonly name: string,
    { run = (_, __, work) => work() }: { run?: Run } = {}
  ) {
    this.clock = Date.parse(random.pick(BEGINNINGS)) + random.whole(0, 6 * HOUR);
    this.#latest = this.clock;
    this.#wild = random.chance(0.3);
    this.rules = new Rules(random.pick(ZONES));
    if (random.chance(0.2)) this.#midnightOf = this.clock = this.#midnight();
    this.callers = ['application:a', 'application:b', 'postfix'].map(
      (scope) => new Caller(this, `${scope}/${name}`, run)
    );
  }

  async play(): Promise<string[]> {
    const { problems } = this.book;
    try {
      await this.#begin();
      for (let step = 0; step < STEPS && problems.length === 0; step++) await this.#step();
      if (problems.length === 0) await this.#end();
    } catch (error) {
      problems.push(`the ledger broke: ${reasonOf(error)}`);
    }
    for (const caller of this.callers) await caller.finish('crash-before');
    return problems;
  }

  /** The database has the story's clock before its next statement. */
  async keepTime(): Promise<void> {
    if (this.#set === this.clock) return;
    this.#set = this.clock;
    await this.ground.ledger.setClock(new Date(this.clock));
  }

  tell(what: string): void {
    this.told.push(`${new Date(this.clock).toISOString()} ${what}`);
  }

  async #begin(): Promise<void> {
    const { random, rules } = this;
    const own = [this.#someCaps(), this.#someCaps()];
    const { people, application } = await this.ground.found(own, rules.zone);
    this.accounts = [...people.map((id) => `administrator:${id}`), `application:${application}`];
    for (const [at, caps] of own.entries()) rules.own.set(this.accounts[at]!, caps);
    await this.#setPlatform();
    if (random.chance(0.4)) await this.#setTotal();
  }

  async #step(): Promise<void> {
    const { random } = this;
    const waiting = this.callers.filter(({ endpoint }) => endpoint.waits);
    const idle = this.callers.filter(({ endpoint }) => !endpoint.isBusy);
    const dice = random.next();
    if (waiting.length > 0 && dice < 0.6) await random.pick(waiting).step(this.#fate());
    else if (idle.length > 0 && dice < 0.83) await random.pick(idle).beginSomething();
    else if (dice < 0.94) this.#moveClock();
    else await this.#change();
  }

  #fate(): Fate {
    const dice = this.random.next();
    if (dice < 0.88) return 'heard';
    if (dice < 0.92) return 'lost-before';
    if (dice < 0.96) return 'lost-after';
    return dice < 0.975 ? 'crash-before' : 'crash-after';
  }

  #moveClock(): void {
    const { random } = this;
    // While a statement waits, a long time passes seldom: what it was judged by would be old every time.
    const isCalm = this.callers.some(({ endpoint }) => endpoint.waits) && random.chance(0.85);
    const dice = random.next() * (isCalm ? 0.35 : 1);
    if (this.#midnightOf !== null && random.chance(0.8))
      return void (this.clock = this.#midnightOf + random.whole(-90, 90) * SECOND);
    const back = dice > 0.95;
    if (dice < 0.35) this.clock += random.whole(1, random.pick([200, 2 * SECOND]));
    else if (dice < 0.55) this.clock += random.whole(5 * SECOND, 2 * MINUTE);
    else if (dice < 0.7) this.clock += random.whole(MINUTE, 20 * MINUTE);
    else if (dice < 0.82) this.clock += random.whole(59 * MINUTE, 61 * MINUTE);
    else if (dice < 0.9) this.clock = this.#midnight() + random.whole(-5 * SECOND, 5 * SECOND);
    else if (dice < 0.925) this.clock -= random.whole(SECOND, 2 * MINUTE);
    else if (!back) this.clock += random.whole(2 * HOUR, 30 * HOUR);
    else this.clock -= random.whole(SECOND, this.#wild ? random.pick([50 * MINUTE, 40 * HOUR]) : 50 * MINUTE);
    // What is less than 61 minutes behind the newest is a clock that was put right a little.
    if (!this.#wild) this.clock = Math.max(this.clock, this.#latest - 59 * MINUTE);
    this.#latest = Math.max(this.#latest, this.clock);
  }

  /** The next change of the date where the story is. */
  #midnight(): number {
    const today = dateIn(this.rules.zone, this.clock);
    let [low, high] = [this.clock, this.clock + 26 * HOUR];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (dateIn(this.rules.zone, middle) === today) low = middle;
      else high = middle;
    }
    return high;
  }

  /** Somebody changes what holds; it counts from its commit on. */
  async #change(): Promise<void> {
    const { random, clock } = this;
    await this.keepTime();
    const account = random.pick(this.accounts);
    const until = random.chance(0.3) ? null : clock + random.whole(MINUTE, 40 * MINUTE);
    const changes: [number, () => Promise<void>][] = [
      [3, async () => this.#stop(random.chance(0.3) ? 'platform' : account, until)],
      [3, async () => this.#resume()],
      [2, async () => this.#suspend(account)],
      [3, async () => this.#raise(account)],
      [1, async () => this.#endRaises(account)],
      [4, async () => this.#reset(random.chance(0.7) ? this.#holding(account) : account)],
      [1, async () => this.#setPlatform()],
      [1, async () => this.#setTotal()],
      [2, async () => this.#setOwn()],
      [2, () => this.#setZone()],
      [1, async () => this.#tidy()]
    ];
    let dice = random.next() * changes.reduce((sum, [weight]) => sum + weight, 0);
    await changes.find(([weight]) => (dice -= weight) < 0)![1]();
  }

  async #stop(account: string, until: number | null): Promise<void> {
    this.tell(`stop ${account} until ${until}`);
    await this.ground.pause(account, until);
    this.rules.stop({ account, what: 'paused', until, since: this.clock });
  }

  /** Ends every stop, which is how most of a story is played. */
  async #resume(): Promise<void> {
    this.tell('resume all');
    for (const { account, what } of [...this.rules.stops]) {
      if (what === 'paused') await this.ground.resume(account);
      else await this.ground.setStatus(account, 'active');
      this.rules.go(account, what);
    }
  }

  async #suspend(account: string): Promise<void> {
    this.tell(`suspend ${account}`);
    await this.ground.setStatus(account, 'suspended');
    this.rules.stop({ account, what: 'suspended', until: null, since: this.clock });
  }

  async #raise(account: string): Promise<void> {
    const cap = this.random.pick(CAPS);
    const amount = this.random.whole(1, 15);
    const until = this.clock + this.random.whole(MINUTE, 3 * HOUR);
    await this.ground.raise(account, cap, amount, until);
    this.tell(`raise ${account} ${cap} by ${amount} until ${until}`);
    this.rules.raises.push({ account, cap, amount, until });
  }

  async #endRaises(account: string): Promise<void> {
    const cap = this.random.pick(CAPS);
    await this.ground.endRaises(account, cap);
    this.tell(`end raises ${account} ${cap}`);
    this.rules.raises = this.rules.raises.filter((each) => each.account !== account || each.cap !== cap);
  }

  /** Somebody of whom something is held, if there is one. */
  #holding(otherwise: string): string {
    const holds = (account: string) => this.book.accounts.get(account)?.hasOver(Infinity);
    return this.accounts.find(holds) ?? otherwise;
  }

  async #reset(account: string): Promise<void> {
    const window = this.random.pick(['hourly', ...WINDOWS] as const);
    await this.ground.reset(account, window);
    this.tell(`reset ${account} ${window}`);
    const counted = this.book.accounts.get(account);
    counted?.turn(this.clock);
    counted?.reset(window);
  }

  async #setPlatform(): Promise<void> {
    const caps = this.#someCaps();
    await this.ground.setPlatform(caps);
    this.rules.platform = caps;
    this.tell(`platform ${JSON.stringify(caps)}`);
  }

  async #setTotal(): Promise<void> {
    const total: Limits = this.random.chance(0.3)
      ? {}
      : { hourly: this.random.whole(20, 60), daily: this.random.whole(30, 100) };
    await this.ground.setTotal(total);
    this.rules.total = total;
    this.tell(`total ${JSON.stringify(total)}`);
  }

  async #setZone(): Promise<void> {
    this.rules.zone = this.random.pick(ZONES);
    await this.ground.setZone(this.rules.zone);
    this.tell(`zone ${this.rules.zone}`);
  }

  async #setOwn(): Promise<void> {
    const account = this.random.pick(this.accounts.slice(0, 2));
    const caps = this.#someCaps();
    await this.ground.setOwn(account.split(':')[1]!, caps);
    this.rules.own.set(account, caps);
    this.tell(`own ${account} ${JSON.stringify(caps)}`);
  }

  async #tidy(): Promise<void> {
    this.tell('tidy');
    await tidyLedger(this.ground.ledger.handle.db);
    this.book.tidied(this.clock, this.threads.tidied(this.clock));
  }

  #someCaps(): Caps {
    const { random } = this;
    return {
      ...(random.chance(0.8) ? { hourly: random.whole(5, 30) } : {}),
      ...(random.chance(0.6) ? { daily: random.whole(15, 80) } : {}),
      ...(random.chance(0.4) ? { monthly: random.whole(30, 120) } : {}),
      threads: random.whole(1, 3)
    };
  }

  /**
   * Every ask that nobody heard an answer to is asked until there is one; then all holds end, and everything must be
   * free again.
   */
  async #end(): Promise<void> {
    await this.keepTime();
    await this.#resume();
    for (const caller of this.callers) {
      await caller.finish();
      await caller.askUnanswered();
    }
    await this.#compare();
    this.clock = Math.max(this.clock, this.#latest) + 3 * HOUR;
    await this.#compare();
    for (const account of this.accounts) {
      this.clock += 35 * DAY;
      await this.callers[0]!.askForAll(account);
    }
  }

  /** Compares what is used and held with the list. */
  async #compare(): Promise<void> {
    await this.keepTime();
    await this.#tidy();
    const { problems } = this.book;
    problems.push(...(await differences(this.ground, this.book, [...this.accounts, 'platform'], this.clock)));
  }
}
