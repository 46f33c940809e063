import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { hourAt, hourTotal, type RollingHour } from '../../src/lib/core/quotas/rolling-hour';
import { windowAt, type CalendarWindow } from '../../src/lib/core/quotas/calendar-window';
import { charge, commitHold, peekLedger, releaseCharge } from '../../src/lib/server/db/tables/ledger-table';
import { addToHour, addToWindow, emptyHour } from '../support/charged-windows';
import { ask, personLayer, useTestLedger } from '../support/ledger';
import { seeded } from '../faults/random';

// [QUO-3] [QUO-4] The ledger in SQL beside the windows of core/quotas, over months of a made-up clock: the same
// answers, the same counters.

const ledger = useTestLedger(1);

const ZONES = ['Europe/Berlin', 'Asia/Tokyo', 'America/Havana'];
const LIMITS = { hourly: 40, daily: 90, monthly: 700 };
type Part = { minute: number; day: string; month: string };
type Hold = Part & { id: string; units: number; expires: number; state: 'held' | 'done' };
type Counters = { hour: RollingHour; day: CalendarWindow; month: CalendarWindow };

const dayIn = (zone: string, at: number) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit'
  }).format(at);
const monthOf = (day: string) => `${day.slice(0, 7)}-01`;

/** Model of an account: what the windows of core/quotas come to. */
class Model {
  used: Counters;
  held: Counters;
  holds: Hold[] = [];
  constructor(
    public at: number,
    public zone: string
  ) {
    const key = dayIn(zone, at);
    const fresh = () => ({
      hour: emptyHour(Math.floor(at / 60_000)),
      day: { zone, key, units: 0 },
      month: { zone, key: monthOf(key), units: 0 }
    });
    this.used = fresh();
    this.held = fresh();
  }

  /** The account as an ask finds it. */
  turn(): void {
    const was = this.used;
    const [key, old] = [dayIn(this.zone, this.at), dayIn(was.day.zone, this.at)];
    const turned = ({ hour, day, month }: Counters): Counters => ({
      hour: hourAt(hour, Math.floor(this.at / 60_000)),
      day: windowAt(day, { zone: this.zone, key, keyInOldZone: old }),
      month: windowAt(month, { zone: this.zone, key: monthOf(key), keyInOldZone: monthOf(old) })
    });
    this.used = turned(this.used);
    this.held = turned(this.held);
    if (was.day.zone !== this.zone)
      for (const hold of this.holds) {
        // A hold of the day that goes on goes along with it; one of a day that is over is of none any more.
        hold.day = hold.day === was.day.key && old <= was.day.key ? this.used.day.key : '';
        hold.month = hold.month === was.month.key && monthOf(old) <= was.month.key ? this.used.month.key : '';
      }
    for (const hold of this.holds.filter(({ state, expires }) => state === 'held' && expires <= this.at)) {
      hold.state = 'done';
      this.add('held', hold, -hold.units);
    }
  }

  add(which: 'used' | 'held', { minute, day, month }: Part, units: number): void {
    const to = this[which];
    this[which] = {
      hour: addToHour(to.hour, minute, units),
      day: addToWindow(to.day, day, units),
      month: addToWindow(to.month, month, units)
    };
  }

  now(): Part {
    return { minute: this.used.hour.minute, day: this.used.day.key, month: this.used.month.key };
  }

  room(): number {
    const left = (limit: number, of: (c: Counters) => number) => limit - of(this.used) - of(this.held);
    return Math.min(
      left(LIMITS.hourly, ({ hour }) => hourTotal(hour)),
      left(LIMITS.daily, ({ day }) => day.units),
      left(LIMITS.monthly, ({ month }) => month.units)
    );
  }

  counters(): number[] {
    return [this.used, this.held].flatMap(({ hour, day, month }) => [
      hourTotal(hour),
      day.units,
      month.units
    ]);
  }
}

test.each([11, 12, 13])('[QUO-4] 250 steps of seed %d', async (seed) => {
  const random = seeded(seed);
  const { pick } = random;
  const person = personLayer(randomUUID(), LIMITS);
  const model = new Model(Date.parse('2026-03-27T10:00:00Z'), ZONES[0]!);
  const db = ledger.db();
  let admitted = 0;
  for (let step = 0; step < 250; step++) {
    const where = `seed ${seed}, step ${step}`;
    model.at += Math.floor(pick([0, 5_000, 60_000, 600_000, 3_600_000, 20_000_000]) * random.next());
    if (random.chance(0.04)) model.zone = pick(ZONES);
    await ledger.setClock(new Date(model.at));
    const doing = random.next();
    const hold = model.holds.length === 0 ? null : pick(model.holds.slice(-6));
    if (doing < 0.65 || !hold) {
      const units = random.whole(1, 30);
      const ttlSeconds = random.chance(0.4) ? pick([30, 600, 7200]) : null;
      const given = ask([person], units, { ttlSeconds, zone: model.zone, partial: random.chance(0.3) });
      const answer = await charge(db, given);
      model.turn();
      const room = model.room();
      const expected = units <= room ? units : given.partial && room > 0 ? room : 0;
      expect(answer.outcome === 'granted' ? answer.units : 0, where).toBe(expected);
      if (expected > 0) {
        admitted += 1;
        model.add(ttlSeconds === null ? 'used' : 'held', model.now(), expected);
        if (ttlSeconds !== null)
          model.holds.push({
            ...{ ...model.now(), id: given.id, units: expected, state: 'held' },
            expires: model.at + ttlSeconds * 1000
          });
      }
    } else {
      // What resolves knows no zone: the account turns in the one it had.
      const zone = model.zone;
      model.zone = model.used.day.zone;
      model.turn();
      const back = doing < 0.8;
      const used = back ? 0 : random.whole(0, hold.units);
      const id = { caller: 'test', id: hold.id };
      const answer = back ? await releaseCharge(db, id) : await commitHold(db, { ...id, units: used });
      expect(answer.outcome === 'resolved', where).toBe(hold.state === 'held');
      if (hold.state === 'held') {
        hold.state = 'done';
        model.add('held', hold, -hold.units);
        model.add('used', hold, used);
      }
      model.zone = zone;
    }
    const gauges = await peekLedger(db, { units: 0, zone: model.used.day.zone, layers: [person] });
    const counted = gauges.filter(({ cap }) => cap !== 'threads');
    expect([...counted.map(({ used }) => used), ...counted.map(({ held }) => held)], where).toEqual(
      model.counters()
    );
    for (const { cap, used, held } of counted)
      expect(used + held, where).toBeLessThanOrEqual(LIMITS[cap as 'daily']);
  }
  expect(admitted).toBeGreaterThan(25);
});
