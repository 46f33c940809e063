import type { SubjectType } from '../../../src/lib/core/quotas/layers';
import { endLease, lease, renew } from '../../../src/lib/server/services/quotas/leases';
import { consume, reserve } from '../../../src/lib/server/services/quotas/ledger';
import { AskGate } from '../../../src/lib/server/services/quotas/ask-gate';
import { MergedAsks } from '../../../src/lib/server/services/quotas/merged-asks';
import { LedgerUnavailable } from '../../../src/lib/server/services/quotas/insist';
import { commit, release } from '../../../src/lib/server/services/quotas/reservations';
import type { View } from './rules';
import type { Story } from './story';
import type { ChargeRequest, ChargeAnswer, LeaseAnswer, LeaseRequest, ResolveAnswer } from './told';
import { Crashed, reasonOf, VirtualEndpoint, type Fate, type Run, type Statement } from './virtual-endpoints';

type Held = { id: string; units: number };
/** Subject of the ask that is under way, for whoever writes down what the database says of it. */
type UnderWay = {
  account: string;
  charge?: ChargeRequest;
  lease?: LeaseRequest;
  resolve?: { id: string | null; units: number | null; back: boolean };
  renew?: { id: string; ttlSeconds: number | null };
};

type DecidedAlone = { outcome: 'stale' | 'decided'; granted: number[]; others: Record<string, ChargeAnswer> };

/** Answers that may be lost of one ask: after more of them the program waits long, in real time. */
const MOST_LOST = 2;

/** A program that asks, one thing at a time; what it was told it remembers, and after a crash asks again. */
export class Caller {
  readonly endpoint: VirtualEndpoint;
  /** Batcher in which asks are put together: half of the programs ask there, each for itself. */
  readonly #batcher: MergedAsks;
  readonly #together: boolean;
  readonly #requests: ChargeRequest[] = [];
  readonly #unanswered = new Set<ChargeRequest>();
  readonly #holds: Held[] = [];
  readonly #leases: string[] = [];
  #leaseKeys: LeaseRequest[] = [];
  #under: UnderWay | null = null;
  #view: View | null = null;
  #lost = 0;

  constructor(
    private readonly story: Story,
    private readonly scope: string,
    run: Run
  ) {
    this.endpoint = new VirtualEndpoint(story.ground.ledger.handle.db, run);
    this.#batcher = new MergedAsks(this.endpoint.db, new AskGate(1));
    this.#together = story.random.chance(0.5);
  }

  /** Lets the statement that waits through. */
  async step(fate: Fate): Promise<void> {
    await this.story.keepTime();
    const calm = fate.startsWith('lost') && this.#lost >= MOST_LOST;
    if (fate.startsWith('lost')) this.#lost += 1;
    await this.endpoint.step(calm ? 'heard' : fate, (statement, rows) => this.#hear(statement, rows));
    await this.endpoint.settled();
  }

  async finish(fate: Fate = 'heard'): Promise<void> {
    await this.endpoint.settled();
    while (this.endpoint.isBusy) await this.step(fate);
  }

  /** Begins to ask for something. */
  async beginSomething(): Promise<void> {
    const { random } = this.story;
    const dice = random.next();
    if (dice < 0.12 && this.#requests.length > 0) await this.#ask(this.#again());
    else if (dice < 0.42) await this.#ask(this.#fresh(null));
    else if (dice < 0.62) await this.#ask(this.#fresh(random.pick([5, 60, 600, 3600])));
    else if (dice < 0.78 && this.#holds.length > 0) await this.#resolve(random.pick(this.#holds.slice(-3)));
    else if (dice < 0.84 && this.#requests.length > 0) await this.#releaseKey(random.pick(this.#requests));
    else if (dice < 0.93 || this.#leases.length === 0) await this.#takeThread();
    else await this.#renew(random.pick(this.#leases.slice(-2)));
  }

  /** Asks once more for everything that no answer was heard to. */
  async askUnanswered(): Promise<void> {
    for (const request of [...this.#unanswered]) {
      await this.#ask(request);
      await this.finish();
      if (this.#unanswered.has(request))
        this.story.book.problems.push(`${request.key} has no answer at last`);
    }
  }

  /** Asks for all that somebody has room for, who has used nothing. */
  async askForAll(account: string): Promise<void> {
    const { layers } = this.story.rules.view(account, this.story.clock);
    const room = Math.min(1000, ...layers.flatMap(({ limits }) => Object.values(limits)));
    const request = { ...this.#fresh(null), account, units: room, partial: false };
    await this.#ask(request);
    await this.finish();
    if (this.story.book.idOf(request) === null)
      this.story.book.problems.push(`${account} has no room for its ${room}, a month after its last`);
  }

  #fresh(ttlSeconds: number | null): ChargeRequest {
    const { random, accounts } = this.story;
    const [account, units] = [random.pick(accounts), random.whole(1, random.pick([3, 12, 30]))];
    // Keys are their caller's own: others use the same.
    const key = `key-${this.#requests.length}`;
    return { ...{ caller: this.scope, key, account, units }, partial: random.chance(0.25), ttlSeconds };
  }

  /** Something asked before, first of all what nobody answered; now and then with another number under the same key. */
  #again(): ChargeRequest {
    const { random } = this.story;
    const from = random.chance(0.7) && this.#unanswered.size > 0 ? [...this.#unanswered] : this.#requests;
    const request = random.pick(from);
    return random.chance(0.15) ? { ...request, units: request.units + 1 } : request;
  }

  #ask(request: ChargeRequest): Promise<void> {
    const { book } = this.story;
    const { key, units, partial, ttlSeconds } = request;
    const what = { subject: subjectOf(request.account), key, units, partial };
    if (!this.#requests.some((each) => each.key === key)) {
      this.#requests.push(request);
      this.#unanswered.add(request);
    }
    return this.#begin({ account: request.account, charge: request }, async (deps) => {
      const answer =
        ttlSeconds === null
          ? await consume(this.#together ? { ...deps, batcher: this.#batcher } : deps, this.scope, what)
          : await reserve(deps, this.scope, { ...what, ttlSeconds });
      this.#unanswered.delete(request);
      if ('refused' in answer || !answer.granted) return;
      const id = 'reservation' in answer ? (answer.reservation as string) : null;
      book.told(request, { units: answer.units, id });
      if (id !== null && !this.#holds.some((hold) => hold.id === id))
        this.#holds.push({ id, units: answer.units });
    });
  }

  #resolve({ id, units: held }: Held): Promise<void> {
    const { random } = this.story;
    const back = random.chance(0.3);
    const units = back || random.chance(0.4) ? null : random.whole(0, held + (random.chance(0.1) ? 1 : 0));
    return this.#begin({ account: '', resolve: { id, units, back } }, async (deps) => {
      const what = { reservation: id, units };
      const answer = await (back ? release(deps, this.scope, what) : commit(deps, this.scope, what));
      if (!('refused' in answer)) this.story.book.ended({ caller: this.scope, id }, answer.units);
    });
  }

  #releaseKey({ key }: ChargeRequest): Promise<void> {
    return this.#begin({ account: '', resolve: { id: null, units: null, back: true } }, async (deps) => {
      await release(deps, this.scope, { key });
    });
  }

  #takeThread(): Promise<void> {
    const { random, accounts } = this.story;
    const fresh = {
      caller: this.scope,
      key: `thread-${this.#leaseKeys.length}`,
      account: random.pick(accounts)
    };
    const request: LeaseRequest =
      random.chance(0.2) && this.#leaseKeys.length > 0
        ? random.pick(this.#leaseKeys)
        : { ...fresh, ttlSeconds: random.pick([10, 60, 600]) };
    this.#leaseKeys = [...this.#leaseKeys, request];
    return this.#begin({ account: request.account, lease: request }, async (deps) => {
      const { key, ttlSeconds, account } = request;
      const answer = await lease(deps, this.scope, { subject: subjectOf(account), key, ttlSeconds });
      if ('lease' in answer && answer.lease !== null) this.#leases.push(answer.lease);
    });
  }

  #renew(id: string): Promise<void> {
    const ends = this.story.random.chance(0.4);
    const ttlSeconds = ends ? null : this.story.random.pick([10, 60, 600]);
    return this.#begin({ account: '', renew: { id, ttlSeconds } }, async (deps) => {
      if (ttlSeconds === null) return endLease(deps, this.scope, id);
      await renew(deps, this.scope, { lease: id, ttlSeconds });
    });
  }

  async #begin(
    under: UnderWay,
    ask: (deps: { db: VirtualEndpoint['db'] }) => Promise<unknown>
  ): Promise<void> {
    this.#under = under;
    this.#lost = 0;
    this.endpoint.begin(under.account, async () => {
      try {
        await ask({ db: this.endpoint.db });
      } catch (error) {
        // Nobody hears of it: it is asked again, or not.
        if (error instanceof Crashed || error instanceof LedgerUnavailable) return;
        this.story.book.problems.push(`the endpoint broke: ${reasonOf(error)}`);
      }
    });
    await this.endpoint.settled();
  }

  /** Outcome of a group of one ask, in the words of an ask that came alone. */
  async #outcomeOf(
    { key, units }: ChargeRequest,
    { outcome, granted, others }: DecidedAlone
  ): Promise<ChargeAnswer> {
    if (outcome === 'stale') return { outcome };
    const other = others['1'];
    if (other) return other;
    if (!granted.includes(1)) return { outcome: 'refused' };
    const [row] = await this.story.ground.sql<{ id: string }[]>`select id from ledger_charges
      where caller = ${this.scope} and key = ${key} order by at desc limit 1`;
    return { outcome: 'granted', id: row!.id, units };
  }

  /** Writes down what the database said. */
  async #hear(statement: Statement, rows: Record<string, unknown>[]): Promise<void> {
    const { story } = this;
    const { account, charge, lease, resolve, renew } = this.#under!;
    let answer = rows[0]?.['answer'];
    if (Array.isArray(answer)) answer = await this.#outcomeOf(charge!, answer[0] as DecidedAlone);
    story.tell(
      `${this.scope} ${statement} ${JSON.stringify(this.#under)} → ${JSON.stringify(brief(answer))}`
    );
    if (statement === 'standing') this.#view = story.rules.view(account, story.clock);
    else if (statement === 'charge')
      story.book.charged(charge!, this.#view!, answer as ChargeAnswer, story.clock);
    else if (statement === 'lease') {
      story.book.seen(account, story.clock, this.#view!.zone);
      story.threads.taken(lease!, this.#view!, answer as LeaseAnswer, story.clock);
    } else if (statement === 'resolve')
      story.book.resolved(
        { caller: this.scope, id: resolve!.id! },
        resolve!,
        answer as ResolveAnswer,
        story.clock
      );
    else if (statement === 'renew') {
      const lives = answer as { lives: boolean };
      story.threads.renewed({ caller: this.scope, id: renew!.id }, renew!.ttlSeconds, lives, story.clock);
    } else if (resolve) resolve.id = (rows[0]?.['id'] as string | undefined) ?? null;
  }
}

function brief(answer: unknown): unknown {
  const { gauges: _, ...rest } = (answer ?? {}) as Record<string, unknown>;
  return rest;
}

function subjectOf(account: string): { type: SubjectType; id: string } {
  const [type, id] = account.split(':') as [SubjectType, string];
  return { type, id };
}
