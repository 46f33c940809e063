import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { openTestLedger, type TestLedger } from '../../support/ledger';
import { openState, type StateProbe } from '../../support/state';
import { plantPeople } from '../../support/accounts';
import type { Limits, Window } from './counted-account';
import type { Caps } from './rules';

const ROLE = 'story';
const UNLIMITED = { hourly: 'unlimited', daily: 'unlimited', monthly: 'unlimited', threads: 'unlimited' };
const BY = { by_id: '00000000-0000-4000-8000-000000000000', by_name: 'Story' };

/**
 * A ledger that stories are played on, one after another, and what people change beside it: past the program, with
 * their entries.
 */
export class StoryGround {
  private constructor(
    readonly ledger: TestLedger,
    private readonly state: StateProbe
  ) {}

  static async open(): Promise<StoryGround> {
    const ledger = await openTestLedger(4);
    const state = openState(ledger.url);
    await state.audited(
      (tx) => tx`insert into roles ${tx({ id: ROLE, name: ROLE, name_key: ROLE, permission_count: 0 })}`
    );
    // Puts faults into functions.
    await ledger.sql`create function story_run(statement text) returns void language plpgsql as
      'begin execute statement; end'`;
    return new StoryGround(ledger, state);
  }

  get sql(): postgres.Sql {
    return this.ledger.sql;
  }

  async close(): Promise<void> {
    await this.state.close();
    await this.ledger.stop();
  }

  /**
   * Clears away the story before: new people, and nothing that concerns everybody. Ids of people and of an
   * application.
   */
  async found(people: readonly Caps[], zone: string): Promise<{ people: string[]; application: string }> {
    const ids = await plantPeople(
      this.state,
      people.map((caps) => ({ roleId: ROLE, caps }))
    );
    const application = randomUUID();
    await this.state.audited(async (tx) => {
      await tx`delete from send_pauses`;
      await tx`delete from settings`;
      await tx`insert into applications
        ${tx({ id: application, name: application, name_key: application, role_id: ROLE, status: 'active' })}`;
      for (const table of ['accounts', 'holds', 'leases', 'hours'])
        await tx`delete from ${tx(`ledger_${table}`)}`;
    });
    await this.setZone(zone);
    return { people: ids, application };
  }

  setZone(zone: string): Promise<void> {
    return this.#set('general', { timeZone: zone });
  }

  setPlatform(caps: Caps): Promise<void> {
    return this.#set('caps', { ...UNLIMITED, ...caps });
  }

  setTotal({
    hourly = 'unlimited',
    daily = 'unlimited',
    monthly = 'unlimited'
  }: Loose<Limits>): Promise<void> {
    return this.#set('sending', { totalHourly: hourly, totalDaily: daily, totalMonthly: monthly });
  }

  async setOwn(id: string, caps: Caps): Promise<void> {
    const own = { hourly: 'inherit', daily: 'inherit', monthly: 'inherit', threads: 'inherit', ...caps };
    await this.#audited((tx) => tx`update administrators set caps = ${tx.json(own)} where id = ${id}`);
  }

  async pause(account: string, until: number | null): Promise<void> {
    const row = { subject: account, reason: 'story', until: until === null ? null : new Date(until), ...BY };
    await this.#audited(
      (tx) =>
        tx`insert into send_pauses ${tx(row)} on conflict (subject) do update set until = excluded.until`
    );
  }

  async resume(account: string): Promise<void> {
    await this.#audited((tx) => tx`delete from send_pauses where subject = ${account}`);
  }

  async setStatus(account: string, status: 'active' | 'suspended'): Promise<void> {
    const [type, id] = account.split(':') as [string, string];
    await this.#audited((tx) => tx`update ${tx(`${type}s`)} set status = ${status} where id = ${id}`);
  }

  async raise(account: string, cap: string, amount: number, until: number): Promise<void> {
    const row = { subject: account, cap, amount, until: new Date(until), reason: 'story', id: randomUUID() };
    await this.#audited((tx) => tx`insert into send_raises ${tx({ ...row, ...BY })}`);
  }

  async endRaises(account: string, cap: string): Promise<void> {
    await this.#audited(
      (tx) => tx`update send_raises set ended_at = ledger_now()
        where subject = ${account} and cap = ${cap} and ended_at is null`
    );
  }

  async reset(account: string, window: Window): Promise<void> {
    await this.#audited((tx) => tx`select ledger_reset(${account}, ${window})`);
  }

  async #set(section: string, value: object): Promise<void> {
    await this.#audited(
      (
        tx
      ) => tx`insert into settings ${tx({ section, value: tx.json(value as never), seq: 1, by_name: 'Story', at: new Date() })}
        on conflict (section) do update set value = excluded.value`
    );
  }

  #audited(work: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<unknown> {
    return this.state.audited(work);
  }
}

type Loose<T> = { [K in keyof T]: T[K] | 'unlimited' };
