import { expect, test } from 'vitest';
import { windowAt, type CalendarWindow } from './calendar-window';

const berlin: CalendarWindow = { zone: 'Europe/Berlin', key: '2026-03-29', units: 7 };

test('[QUO-3] the next day is another counter, the same day is the same', () => {
  const same = { zone: 'Europe/Berlin', key: '2026-03-29', keyInOldZone: '2026-03-29' };
  expect(windowAt(berlin, same)).toBe(berlin);
  const next = { zone: 'Europe/Berlin', key: '2026-03-30', keyInOldZone: '2026-03-30' };
  expect(windowAt(berlin, next)).toEqual({ zone: 'Europe/Berlin', key: '2026-03-30', units: 0 });
});

test('[QUO-3] another time zone is not another day, there or back', () => {
  // 23:30 in Berlin is tomorrow in Tokyo.
  const there = windowAt(berlin, { zone: 'Asia/Tokyo', key: '2026-03-30', keyInOldZone: '2026-03-29' });
  expect(there).toEqual({ zone: 'Asia/Tokyo', key: '2026-03-30', units: 7 });
  const back = windowAt(there, { zone: 'Europe/Berlin', key: '2026-03-29', keyInOldZone: '2026-03-30' });
  expect(back).toEqual(berlin);
  // A day that was over before the zone changed stays over.
  const later = windowAt(berlin, { zone: 'Asia/Tokyo', key: '2026-03-31', keyInOldZone: '2026-03-30' });
  expect(later.units).toBe(0);
});

test('a date that goes back keeps what was counted', () => {
  const before = { zone: 'Europe/Berlin', key: '2026-03-28', keyInOldZone: '2026-03-28' };
  expect(windowAt(berlin, before)).toBe(berlin);
});
