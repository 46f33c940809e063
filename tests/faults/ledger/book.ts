import { CountedAccount, WINDOWS, type Part } from './counted-account';
import type { View } from './rules';
import type { ChargeRequest, ChargeAnswer, ResolveAnswer } from './told';

/** Grant of units, each once. */
type Grant = {
  id: string;
  /** All that was asked under its key. */
  payload: string;
  granted: number;
  state: 'held' | 'charged' | 'released';
  /** Units charged of it. */
  net: number;
  reserved: boolean;
  at: number;
  parts: Map<string, Part>;
};

const SECOND = 1000;
/** Milliseconds of the ledger within which a key is known. */
const KEY_LIVES = 47 * 3_600_000;

/**
 * Everything that the ledger granted, as a list, and what it must never do. It shares nothing with the program:
 * windows are added up from the list, dates are the runtime's.
 */
export class Book {
  readonly problems: string[] = [];
  readonly accounts = new Map<string, CountedAccount>();
  readonly #grants = new Map<string, Grant>();

  /** An ask was answered by the ledger, at `clock`, by what was looked up before. */
  charged(request: ChargeRequest, view: View, answer: ChargeAnswer, clock: number): void {
    const known = this.#grants.get(keyOf(request));
    const forgotten = known !== undefined && Math.abs(clock - known.at) > KEY_LIVES;
    // A key may be known for longer than it must be.
    // Among asks that are put together it is said first how old it is what they were judged by.
    if (known && answer.outcome === 'stale' && clock > view.clock + SECOND) return;
    const isAnswered = answer.outcome === 'granted' && answer.id === known?.id;
    if (known && (!forgotten || isAnswered)) return this.#again(request, known, answer, clock);
    const counted = view.layers.map(({ account }) => this.#account(account, clock, view.zone));
    switch (answer.outcome) {
      case 'stale':
        if (clock <= view.clock + SECOND) this.#wrong(request, 'was read a moment ago and is called old');
        return;
      case 'refused':
        for (const account of counted) account.turn(clock, view.zone);
        return this.#refused(request, view, counted);
      case 'granted':
        for (const account of counted) account.turn(clock, view.zone);
        return this.#granted(request, view, answer, counted, clock);
      default:
        if (!forgotten) this.#wrong(request, `a new key is ${answer.outcome}`);
    }
  }

  /** A grant came to its end, or somebody tried. `units`: null, all of it; `back`: all of it comes back. */
  resolved(
    { caller, id }: { caller: string; id: string },
    { units, back }: { units: number | null; back: boolean },
    answer: ResolveAnswer,
    clock: number
  ): void {
    const grant = this.#find(caller, id);
    const wrong = (why: string) =>
      void this.problems.push(`${id}, resolved with ${JSON.stringify(answer)}: ${why}`);
    if (!grant) {
      return answer.outcome === 'unknown' ? undefined : wrong('nobody was granted it');
    }
    const used = back ? 0 : (units ?? grant.granted);
    if (answer.outcome !== 'expired' && answer.outcome !== 'resolved') {
      const why = whyNot(grant, used, answer, clock);
      return why === null ? undefined : wrong(why);
    }
    const accounts = [...grant.parts.keys()].map((name) => this.accounts.get(name)!);
    for (const account of accounts) account.turn(clock);
    const unsure = accounts.some(({ atLeast }) => atLeast);
    const lives = [...grant.parts].every(([name, part]) => this.accounts.get(name)!.has(part));
    if (answer.outcome === 'expired') {
      if (grant.state !== 'held' || (lives && !unsure)) wrong('it lives');
      else this.#giveBack(grant, clock);
      return;
    }
    const isRefund = back && grant.state === 'charged' && !grant.reserved;
    if (!isRefund && (grant.state !== 'held' || (!lives && !unsure))) wrong(`it is ${grant.state}, or over`);
    if (answer.units !== used || answer.returned !== grant.granted - used)
      wrong(`${used} of ${grant.granted} were used`);
    for (const [name, part] of grant.parts) {
      if (used === 0) this.accounts.get(name)!.remove(part);
      part.units = used;
      part.expires = null;
    }
    grant.state = back ? 'released' : 'charged';
    grant.net = used;
  }

  /** Checks what the endpoint told: it grants only what the ledger granted. `id`: of a reservation. */
  told(request: ChargeRequest, { units, id }: { units: number; id: string | null }): void {
    const grant = this.#grants.get(keyOf(request));
    if (!grant) this.#wrong(request, 'the endpoint grants what nobody charged');
    else if (units !== grant.granted || (id !== null && id !== grant.id))
      this.#wrong(request, `the endpoint tells ${units} of ${grant.granted}, or another reservation`);
  }

  /** Checks the number of used units that whoever ended a reservation was told. */
  ended({ caller, id }: { caller: string; id: string }, units: number): void {
    const grant = this.#find(caller, id);
    if (grant?.net !== units) this.problems.push(`${id}: ${units} are told, ${grant?.net} are charged`);
  }

  /** True if every reservation has come to its end. */
  get holdsNothing(): boolean {
    return [...this.accounts.values()].every((account) => !account.hasOver(Infinity));
  }

  /** Gives back what is over, as the ledger tidies: of whoever has something that is over, a thread among it. */
  tidied(clock: number, withThreads: ReadonlySet<string>): void {
    for (const [name, account] of this.accounts)
      if (account.hasOver(clock) || withThreads.has(name)) account.turn(clock);
  }

  /** The id under which a key was granted; null: none was. */
  idOf(request: ChargeRequest): string | null {
    return this.#grants.get(keyOf(request))?.id ?? null;
  }

  /** Somebody came to have an account, of the moment when it was asked of first. */
  seen(name: string, clock: number, zone: string): void {
    this.#account(name, clock, zone);
  }

  #find(caller: string, id: string): Grant | undefined {
    return [...this.#grants].find(([key, each]) => each.id === id && key.startsWith(`${caller} `))?.[1];
  }

  #account(name: string, clock: number, zone: string): CountedAccount {
    let account = this.accounts.get(name);
    if (!account) this.accounts.set(name, (account = new CountedAccount(clock, zone)));
    return account;
  }

  /** The same key once more: the same answer, and nothing is charged. */
  #again(request: ChargeRequest, grant: Grant, answer: ChargeAnswer, clock: number): void {
    const lives = [...grant.parts].every(([name, part]) => {
      const account = this.accounts.get(name)!;
      return account.atLeast || (account.has(part) && (part.expires ?? Infinity) > clock);
    });
    const unsure = [...grant.parts.keys()].some((name) => this.accounts.get(name)!.atLeast);
    const expected =
      grant.payload !== payloadOf(request)
        ? ['key-reused']
        : grant.state === 'released'
          ? ['released']
          : grant.state === 'charged'
            ? ['granted']
            : unsure
              ? ['granted', 'expired']
              : [lives ? 'granted' : 'expired'];
    if (!expected.includes(answer.outcome))
      this.#wrong(
        request,
        `its key was used, and the answer is ${answer.outcome}, not ${expected.join(' or ')}`
      );
    if (answer.outcome === 'expired' && grant.state === 'held') this.#giveBack(grant, clock);
    if (answer.outcome === 'granted' && (answer.id !== grant.id || answer.units !== grant.granted))
      this.#wrong(request, `charged twice under one key: ${answer.units} after ${grant.granted}`);
  }

  /**
   * Whoever was told that it is over finds it so from then on, whatever the clock says: all of it came back, also
   * where one account alone was looked at while the clock was ahead.
   */
  #giveBack({ parts }: Grant, clock: number): void {
    for (const [name, part] of parts) {
      const account = this.accounts.get(name)!;
      account.turn(clock);
      if (account.has(part)) account.remove(part);
    }
  }

  #refused(request: ChargeRequest, { layers }: View, counted: readonly CountedAccount[]): void {
    if (counted.some(({ atLeast }) => atLeast)) return;
    const room = Math.min(...counted.map((account, at) => account.room(layers[at]!.limits)));
    if (room >= (request.partial ? 1 : request.units))
      this.#wrong(request, `refused, although ${room} are left`);
  }

  #granted(
    request: ChargeRequest,
    view: View,
    { id, units }: { id: string; units: number },
    counted: readonly CountedAccount[],
    clock: number
  ): void {
    if (view.stop) this.#wrong(request, `granted, although ${view.stop} when it was asked`);
    if (clock > view.clock + SECOND) this.#wrong(request, 'granted by what was read more than a second ago');
    if (units > request.units || units <= 0 || (units < request.units && !request.partial))
      this.#wrong(request, `granted ${units}`);
    const room = Math.min(...counted.map((account, at) => account.room(view.layers[at]!.limits)));
    if (units < Math.min(request.units, room) && !counted.some(({ atLeast }) => atLeast))
      this.#wrong(request, `granted ${units}, although ${room} are left`);
    const expires = request.ttlSeconds === null ? null : clock + request.ttlSeconds * SECOND;
    const parts = new Map(view.layers.map(({ account }, at) => [account, counted[at]!.add(units, expires)]));
    const state = expires === null ? 'charged' : 'held';
    const grant = { id, payload: payloadOf(request), granted: units, net: units, reserved: expires !== null };
    this.#grants.set(keyOf(request), { ...grant, state, at: clock, parts });
    for (const [at, account] of counted.entries()) this.#withinLimits(request, account, view.layers[at]!);
  }

  #withinLimits(
    request: ChargeRequest,
    account: CountedAccount,
    { account: name, limits }: View['layers'][number]
  ): void {
    for (const window of WINDOWS) {
      // What is held by an account of a wrong clock may have come back.
      const sure = (part: Part) => !account.atLeast || part.expires === null;
      const sum = account.sum(window, 'exact', sure);
      if (sum > (limits[window] ?? Infinity))
        this.#wrong(request, `${name} has ${sum} of ${limits[window]} in its ${window} window`);
    }
  }

  #wrong(request: ChargeRequest, why: string): void {
    const { caller, key, units } = request;
    this.problems.push(`${caller} ${key} (${units}): ${why}`);
  }
}

function keyOf({ caller, key }: ChargeRequest): string {
  return `${caller} ${key}`;
}

function payloadOf({ account, units, partial, ttlSeconds }: ChargeRequest): string {
  return JSON.stringify([account, units, partial, ttlSeconds]);
}

/** Reason a grant cannot have ended with this answer, which changes nothing; null: it can. */
function whyNot(grant: Grant, used: number, answer: ResolveAnswer, clock: number): string | null {
  switch (answer.outcome) {
    case 'unknown':
      return Math.abs(clock - grant.at) <= KEY_LIVES ? 'it is forgotten' : null;
    case 'released':
      return grant.state === 'released' ? null : 'nothing came back';
    case 'committed':
      return grant.state === 'charged' && answer.units === grant.net ? null : `${grant.net} are charged`;
    case 'above-hold':
      return used > grant.granted ? null : 'it has as many';
    default:
      return null;
  }
}
