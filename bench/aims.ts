import { capAims } from './caps/report-caps';
import { decisionAims } from './decisions/report-decisions';
import { TICKS } from './offline';
import { listsAims } from './report-lists';
import { presenceAim } from './report-presence';
import { kb, ms, OURS, type Aim } from './report-table';
import type { Results } from './results';
import { median, spread } from './statistics';
import { tenantAims } from './tenants/report-tenants';
import { tickAims } from './tick/report-tick';

/** Aims of the benchmark, each judged against what was reached. In one piece: a list with an item for each aim. */
export function aims(results: Results): Aim[] {
  const { clicks, footprints, pages, signIns, offline, returns, stampede, logSearch } = results;
  const most = Math.max(...clicks.keys());
  const atMost = [...clicks.get(most)!].map(([name, measured]) => ({ name, ...spread(measured.seen) }));
  const our = atMost.find(({ name }) => name === OURS)!;
  const peers = atMost.filter(({ name }) => name !== OURS);
  const latency = (['p50', 'p99'] as const).map((key): Aim => {
    const fastest = Math.min(...peers.map((peer) => peer[key]));
    const ratio = our[key] / fastest;
    return {
      what: `click → seen by ${most}, ${key}`,
      aimed: '≤ 2 × the faster peer',
      reached: `${ratio.toFixed(1)} × (${ms(our[key])} against ${ms(fastest)} ms)`,
      isMet: ratio <= 2
    };
  });
  const memory = footprints.get(OURS)!.perConnection;
  const leanest = Math.min(
    ...[...footprints].flatMap(([name, it]) => (name === OURS ? [] : [it.perConnection]))
  );
  const within = (what: string, value: number, limit: number, unit: string): Aim => ({
    what,
    aimed: `≤ ${limit} ${unit}`,
    reached: `${value.toFixed(1)} ${unit}`,
    isMet: value <= limit
  });
  return [
    ...latency,
    ...tickAims(results.tick),
    {
      what: 'memory per connection',
      aimed: '≤ both peers',
      reached: `${kb(memory)} against ${kb(leanest)} KB`,
      isMet: memory <= leanest
    },
    within('event loop late while people sign in, p99', signIns.loopDelayP99, 20, 'ms'),
    within(`${TICKS.toLocaleString('en')} ticks made offline committed`, median(offline.outbox), 2000, 'ms'),
    {
      what: '… in so many requests',
      aimed: '≤ 20',
      reached: String(offline.requests),
      isMet: offline.requests <= 20
    },
    ...returns.map((cost): Aim => {
      const share = cost.missed / cost.whole;
      return {
        what: `coming back after 1,000 changes, ${cost.what}, ${cost.changed} of ${cost.entries.toLocaleString('en')} entries`,
        aimed: '≤ 10 % of a full load',
        reached: `${(share * 100).toFixed(1)} %`,
        isMet: share <= 0.1
      };
    }),
    ...stampede
      .slice(1, 3)
      .map(({ what, saved }) => within(`tick saved, p99, ${what}`, saved.p99, 1000, 'ms')),
    within(
      `memory that an export of ${results.plan.exported.toLocaleString('en')} entries adds, at most`,
      Math.max(...results.exports.map(({ before, most }) => (most - before) / 1e6)),
      200,
      'MB'
    ),
    {
      what: `audited transactions a second, ${results.log.writers} writers`,
      aimed: '≥ 300',
      reached: results.log.audited.toFixed(0),
      isMet: results.log.audited >= 300
    },
    within('sign-in seen in another feed, p99', results.log.live.p99, 1000, 'ms'),
    {
      what: 'entries verified in a second of processor time',
      aimed: '≥ 5,000',
      reached: Math.round(results.log.verified.perCpuSecond).toLocaleString('en'),
      isMet: results.log.verified.perCpuSecond >= 5000
    },
    within(
      `log of ${logSearch.entries.toLocaleString('en')} entries, slowest kind of question, p95`,
      Math.max(...logSearch.questions.map(({ p95 }) => p95)),
      300,
      'ms'
    ),
    presenceAim(results.presence),
    ...listsAims(results.lists),
    ...decisionAims(results.decisions),
    ...capAims(results.caps),
    ...tenantAims(results.tenants),
    within('keystroke, catalogue as shipped, p50 busy', pages.shipped.busy.p50, 16, 'ms'),
    within('keystroke, catalogue of a cloud, p50 busy', pages.cloud.busy.p50, 50, 'ms'),
    within('scripts for sign-in', pages.shipped.signIn / 1024, 70, 'KB'),
    within('scripts for a role page', pages.shipped.role / 1024, 160, 'KB')
  ];
}
