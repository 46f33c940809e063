import { STEP_PX, WHEEL_STEPS, type ListsCost } from './lists';
import { table, type Aim } from './report-table';
import type { Spread } from './statistics';

const ms = ({ p50, p99 }: Spread) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`;

/**
 * The most that a keystroke may keep the page busy, in milliseconds: a frame in a list, half a tenth of a second in
 * the palette.
 */
const AIM_MS = { list: 16, palette: 50 };

export const listsRows = ({ people, roles, scroll, ...busy }: ListsCost): string[][] => [
  [`keystroke, ${people.toLocaleString('en')} administrators`, ms(busy.peopleBusy), `≤ ${AIM_MS.list}`],
  [`keystroke, ${roles.toLocaleString('en')} roles`, ms(busy.rolesBusy), `≤ ${AIM_MS.list}`],
  ['keystroke, palette of both', ms(busy.paletteBusy), `≤ ${AIM_MS.palette}`],
  ['fast scroll, frames over 50 ms', `${scroll.late} of ${scroll.frames}`, '0'],
  ['fast scroll, longest wait for a frame', scroll.longest.toFixed(0), ''],
  [
    'fast scroll, page busy, of that scripts',
    `${scroll.busyMs.toFixed(0)}, ${scroll.scriptMs.toFixed(0)}`,
    ''
  ]
];

export function listsSection(cost: ListsCost): string {
  return `## Long lists

In a real Chromium: milliseconds that a keystroke in the search of a list, and in the palette over both, keeps the page busy (median / 99th percentile), and the
list of administrators scrolled by ${WHEEL_STEPS} turns of the wheel of ${STEP_PX.toLocaleString('en')} pixels each.

${table(['what', 'ms', 'aim'], listsRows(cost))}`;
}

export function listsAims({ people, roles, peopleBusy, rolesBusy, paletteBusy, scroll }: ListsCost): Aim[] {
  const within = (what: string, { p50 }: Spread, limit: number): Aim => ({
    what: `keystroke, ${what}, p50 busy`,
    aimed: `≤ ${limit} ms`,
    reached: `${p50.toFixed(1)} ms`,
    isMet: p50 <= limit
  });
  return [
    within(`list of ${people.toLocaleString('en')} administrators`, peopleBusy, AIM_MS.list),
    within(`list of ${roles.toLocaleString('en')} roles`, rolesBusy, AIM_MS.list),
    within('palette of both', paletteBusy, AIM_MS.palette),
    {
      what: 'fast scroll, frames over 50 ms',
      aimed: '0',
      reached: String(scroll.late),
      isMet: scroll.late === 0
    }
  ];
}
