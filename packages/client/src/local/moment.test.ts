import { afterEach, expect, test, vi } from 'vitest';
import { chooseSeed, seeded } from '../../../../tests/faults/random';
import { trials } from '../../../../tests/support/trials';
import { AgeLimit, moment, since } from './moment.ts';

// [DEC-5] A copy that is too old is a no, whichever clock says so.

afterEach(() => vi.restoreAllMocks());

const nextTurn = () => new Promise((resolve) => void setImmediate(resolve));

/** The two clocks of a machine: microseconds that it was awake, and those that the other clock is ahead. */
function machine() {
  const clocks = { awake: 5_000_000, ahead: 1_700_000_000_000_000, looks: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => {
    clocks.looks += 1;
    return clocks.awake / 1000;
  });
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor((clocks.awake + clocks.ahead) / 1000));
  return clocks;
}

test('it is over whenever one of the two clocks says so, at any moment that is asked at', () => {
  const seed = chooseSeed(process.env['CLIENT_SEED']);
  const random = seeded(seed);
  const met = { over: 0, within: 0 };
  for (let n = trials(50, 2000); n > 0; n--) {
    const clocks = machine();
    const most = random.whole(3000, 3010);
    let known = moment();
    const limit = new AgeLimit(() => since(known), most);
    for (let step = 0; step < 200; step++) {
      const before = Date.now();
      const what = random.whole(0, 9);
      if (what < 7) clocks.awake += random.pick([1, 10, 300, 1000, 1001]);
      else if (what === 7) clocks.awake += random.whole(0, 3_010_000);
      // Asleep, or set: forwards, and back into another millisecond than the last question's.
      else if (what === 8) clocks.ahead += random.whole(0, 3_010_000);
      else clocks.ahead -= random.whole(2000, 3_010_000);
      if (random.chance(0.05)) known = moment();
      if (what > 7 && Date.now() === before) clocks.ahead += 1000;
      const isOver = since(known) > most;
      if (limit.isOver() !== isOver)
        throw new Error(`seed ${seed}: ${since(known)} of ${most} is over: ${!isOver}`);
      met[isOver ? 'over' : 'within'] += 1;
    }
  }
  expect(Math.min(met.over, met.within)).toBeGreaterThan(500);
});

test('the steady clock is not asked twice in a millisecond, unless the age may pass the limit in it', () => {
  const clocks = machine();
  const known = moment();
  const limit = new AgeLimit(() => since(known), 3000);
  const ask = () => {
    clocks.looks = 0;
    return [limit.isOver(), limit.isOver(), clocks.looks];
  };
  expect(ask()).toEqual([false, false, 1]);
  clocks.awake += 2_999_500;
  expect(ask()).toEqual([false, false, 2]);
  clocks.awake += 501;
  expect(ask()).toEqual([true, true, 2]);
});

test('a wall clock that stands still is believed for one turn of the event loop', async () => {
  const clocks = machine();
  const known = moment();
  const limit = new AgeLimit(() => since(known), 3000);
  for (let turn = 0; turn < 3; turn++) {
    expect(limit.isOver()).toBe(false);
    // Both move on, and what is seen of the wall clock does not.
    clocks.awake += 1_400_000;
    clocks.ahead -= 1_400_000;
    await nextTurn();
  }
  expect(limit.isOver()).toBe(true);
});
