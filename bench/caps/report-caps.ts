import { table, type Aim } from '../report-table';
import type { CapCosts } from './caps';
import { LAYERS, POOL } from './contestants';
import { ASKS_PER_SECOND } from './steady-asks';
import { AT_ONCE, type Rate } from './throughput';

/** Answers a second, a row of each contestant, and how many times the first one has. */
export function rateRows(rates: readonly Rate[]): string[][] {
  const [ours] = rates as [Rate, ...Rate[]];
  return rates.map(({ name, perSecond }) => [
    name,
    Math.round(perSecond).toLocaleString('en'),
    `${(ours.perSecond / perSecond).toFixed(2)} ×`
  ]);
}

export function exactnessRows({ exactness }: Pick<CapCosts, 'exactness'>): string[][] {
  return exactness.map(({ name, asks, limit, overshoot, stranded }) => [
    name,
    ...[asks, limit, overshoot, stranded].map((each) => each.toLocaleString('en'))
  ]);
}

/** Milliseconds, median and 99th percentile. */
export function policyRows({ policy }: Pick<CapCosts, 'policy'>): string[][] {
  const row = (what: string, { p50, p99 }: { p50: number; p99: number }) => [
    what,
    p50.toFixed(1),
    p99.toFixed(1)
  ];
  return [
    row('an answer to the mail server', policy.asks),
    row('a tick of the console, alone', policy.alone),
    row('a tick of the console, beside the mail server', policy.beside)
  ];
}

export function capsSection(costs: CapCosts, rounds: number): string {
  return `## Caps

${AT_ONCE} asks wait at the same moment, on ${POOL} connections to the same Postgres each, in turns; medians of ${rounds}. Rolecall reads how somebody stands, charges
every layer and keeps a key, and decides what waits together as sets ([decision 0071](decisions/0071-asks-in-sets.md)); the others count alone. ${costs.versions}.

One subject that everybody asks for:

${table(['', 'answers a second', 'Rolecall has'], rateRows(costs.hot))}

1,000 subjects, of each ${LAYERS} layers with three windows (the UPDATE has one counter):

${table(['', 'answers a second', 'Rolecall has'], rateRows(costs.many))}

Twice as many asks as fit: granted above the limit, and counted although nothing was granted:

${table(['', 'asks', 'limit', 'overshoot', 'stranded'], exactnessRows(costs))}

${ASKS_PER_SECOND} messages a second through the policy endpoint, each under its own key, and 20 ticks of a permission a second (milliseconds):

${table(['', 'median', '99th percentile'], policyRows(costs))}`;
}

export function capAims({ hot, many, exactness, policy }: CapCosts): Aim[] {
  const times = (what: string, [ours, peer]: readonly Rate[], least: number): Aim => {
    const ratio = ours!.perSecond / peer!.perSecond;
    return { what, aimed: `≥ ${least} ×`, reached: `${ratio.toFixed(2)} ×`, isMet: ratio >= least };
  };
  const wrong = exactness[0]!.overshoot + exactness[0]!.stranded;
  const slower = policy.beside.p50 / policy.alone.p50 - 1;
  return [
    times('one subject, beside RateLimiterPostgres', hot, 15),
    times('1,000 subjects, beside RateLimiterUnion', many, 4),
    { what: 'units too many, or stranded', aimed: '0', reached: String(wrong), isMet: wrong === 0 },
    {
      what: `answer to a mail server at ${ASKS_PER_SECOND} a second, p99`,
      aimed: '≤ 15 ms',
      reached: `${policy.asks.p99.toFixed(1)} ms`,
      isMet: policy.asks.p99 <= 15
    },
    {
      what: 'a tick beside it is slower by',
      aimed: '≤ 20 %',
      reached: `${(slower * 100).toFixed(0)} %`,
      isMet: slower <= 0.2
    }
  ];
}
