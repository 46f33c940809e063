import { expect, test } from 'vitest';
import { useTestLedger } from '../support/ledger';

// [QUO-3] Days and months begin where the calendar of the zone says. The database computes it; here another calendar,
// the one that JavaScript has, looks for the same moments by trying every minute.

const ledger = useTestLedger();

const MINUTE = 60_000;

/** Local dates as JavaScript tells them. */
function calendar(zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' }
  });
  return (at) => format.format(at);
}

/**
 * The first moment whose local date is this or a later one: looked for between the day before and the day after, then
 * minute by minute.
 */
function beginOf(zone: string, day: string): number {
  const dateOf = calendar(zone);
  const noon = Date.parse(`${day}T12:00:00Z`);
  let at = noon - 48 * 60 * MINUTE;
  while (dateOf(at + 30 * MINUTE) < day) at += 30 * MINUTE;
  while (dateOf(at) < day) at += MINUTE;
  return at;
}

async function begins(zone: string, days: readonly string[]): Promise<number[]> {
  const rows = await ledger.sql<{ at: Date }[]>`
    select ledger_begin_of(day::date, ${zone}) as at from unnest(${[...days]}::text[]) with ordinality as d (day, n) order by n`;
  return rows.map(({ at }) => at.getTime());
}

/** The days of 2026 on which clocks change, and how many hours they have. */
const CHANGES: [zone: string, day: string, hours: number, starts: string][] = [
  ['Europe/Berlin', '2026-03-29', 23, '00:00'],
  ['Europe/Berlin', '2026-10-25', 25, '00:00'],
  ['Africa/Cairo', '2026-04-24', 23, '01:00'],
  ['Asia/Beirut', '2026-03-29', 23, '01:00'],
  ['America/Havana', '2026-03-08', 23, '01:00'],
  ['America/Havana', '2026-11-01', 25, '00:00'],
  ['America/Santiago', '2026-09-06', 23, '01:00'],
  ['America/Santiago', '2026-04-04', 25, '00:00'],
  ['Atlantic/Azores', '2026-03-29', 23, '01:00'],
  ['Atlantic/Azores', '2026-10-25', 25, '00:00'],
  ['Australia/Lord_Howe', '2026-04-05', 24.5, '00:00'],
  ['Australia/Lord_Howe', '2026-10-04', 23.5, '00:00'],
  ['UTC', '2026-03-29', 24, '00:00'],
  ['Asia/Kathmandu', '2026-03-29', 24, '00:00'],
  ['Pacific/Kiritimati', '2026-12-31', 24, '00:00']
];

const next = (day: string) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + 24 * 60 * MINUTE).toISOString().slice(0, 10);

test.each(CHANGES)('[QUO-3] %s, %s: %d hours from %s', async (zone, day, hours, starts) => {
  const [begin, end] = (await begins(zone, [day, next(day)])) as [number, number];
  expect((end - begin) / (60 * MINUTE)).toBe(hours);
  expect([begin, end]).toEqual([beginOf(zone, day), beginOf(zone, next(day))]);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  expect(clock.format(begin)).toBe(starts);
});

test('[QUO-3] every day of two years, in zones of every kind, begins where JavaScript’s calendar begins it', async () => {
  const zones = [...new Set(CHANGES.map(([zone]) => zone))].concat(
    'America/New_York',
    'America/Nuuk',
    'Asia/Tehran'
  );
  const days = Array.from({ length: 731 }, (_, n) =>
    new Date(Date.UTC(2026, 0, 1) + n * 24 * 60 * MINUTE).toISOString().slice(0, 10)
  );
  const problems: string[] = [];
  for (const zone of zones) {
    const dateOf = calendar(zone);
    const found = await begins(zone, days);
    found.forEach((at, n) => {
      // The minute before is of an earlier date, and from here on it is this day: only where midnight comes twice
      // does that take a second look.
      if (dateOf(at) !== days[n] || dateOf(at - 1) >= days[n]!) problems.push(`${zone} ${days[n]}`);
    });
  }
  expect(problems).toEqual([]);
});

test('[QUO-3] what is counted on a day that has no midnight is counted on it', async () => {
  const [before, after] = ['2026-04-23T21:59:59Z', '2026-04-23T22:00:00Z'];
  const keys = await ledger.sql<{ day: string }[]>`
    select (ledger_turned(ledger_new('x', 'Africa/Cairo', ${before}), 'Africa/Cairo', at::timestamptz)).day::text as day
    from unnest(${[before, after]}::text[]) at`;
  expect(keys.map(({ day }) => day)).toEqual(['2026-04-23', '2026-04-24']);
});
