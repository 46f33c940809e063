import type { BrowserReport } from './browser-campaign';
import { MOMENT_MS } from './browser-claims';
import { spread } from './report';

/** The figures of a campaign with a browser, for people. */
export function browserReportOf(report: BrowserReport): string[] {
  const { seed, rounds, gestures, kept, saved, refused, lostInTheMoment, kills, live, problems } = report;
  return [
    `seed ${seed}, ${rounds} rounds`,
    `kills: browser ${kills.browser}, app ${kills.app}, postmaster ${kills.database}`,
    `gestures ${gestures}; edits found waiting on the device ${kept}, shown as saved ${saved}, refused and told ${refused}`,
    `shown for less than ${MOMENT_MS} ms before the kill, and not on the device: ${lostInTheMoment}`,
    `reopened and live again: ${spread(live)}`,
    problems.length === 0 ? 'nothing lost, nothing twice, nothing silent' : `${problems.length} PROBLEMS`,
    ...problems.slice(0, 40)
  ];
}
