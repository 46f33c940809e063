import type { PresenceCost } from './presence';
import { table, type Aim } from './report-table';
import type { Spread } from './statistics';

const AIM_MS = 2000;
const ms = ({ p50, p99 }: Spread) => `${p50.toFixed(0)} / ${p99.toFixed(0)}`;

export const presenceRows = ({ people, sees, seen }: PresenceCost): string[][] => [
  [people.toLocaleString('en'), ms(sees), ms(seen)]
];

export function presenceSection(cost: PresenceCost): string {
  return `## Two people on Home

One of them opens the page anew, in a real Chromium: milliseconds from the press until whoever opened it sees the other, and is seen (median / 99th
percentile).

${table(['administrators', 'sees', 'is seen'], presenceRows(cost))}`;
}

export function presenceAim({ people, sees, seen }: PresenceCost): Aim {
  const slower = Math.max(sees.p99, seen.p99);
  return {
    what: `two on Home see each other, ${people.toLocaleString('en')} administrators, p99`,
    aimed: `≤ ${AIM_MS / 1000} s`,
    reached: `${(slower / 1000).toFixed(1)} s`,
    isMet: slower <= AIM_MS
  };
}
