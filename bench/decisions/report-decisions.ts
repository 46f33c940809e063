import { table, type Aim } from '../report-table';
import type { DecisionCosts } from './decisions';
import { CONNECTIONS } from './endpoints';

/** Evaluations over HTTP, a row of each server. */
export function endpointRows({ endpoints: { rows } }: DecisionCosts): string[][] {
  return rows.map(({ name, perSecond, cpuMs }) => [
    name,
    Math.round(perSecond).toLocaleString('en'),
    `${(cpuMs * 1000).toFixed(0)} µs`,
    `${(perSecond / rows.at(-1)!.perSecond).toFixed(2)} ×`
  ]);
}

/** Questions in process, a row of each catalogue. */
export function inProcessRows({ inProcess }: DecisionCosts): string[][] {
  return inProcess.map(({ actions, ours, casl, agree }) => [
    actions.toLocaleString('en'),
    Math.round(ours).toLocaleString('en'),
    Math.round(casl).toLocaleString('en'),
    `${(ours / casl).toFixed(2)} ×`,
    `${((agree / actions) * 100).toFixed(1)} %`
  ]);
}

export function decisionsSection(costs: DecisionCosts, rounds: number): string {
  const { endpoints, versions } = costs;
  const { people, p50, p95 } = endpoints.search;
  return `## Decisions

The same questions about one person of 10,000, on ${CONNECTIONS} connections that are kept, each asked when the answer before it is there; medians of
${rounds} turns. Processor time is the server's. ${versions}.

${table(['', 'answers a second', 'CPU per answer', 'of bare Node'], endpointRows(costs))}

In process, awaited one after another: the client's live copy beside CASL with the rules of that person's role.

${table(['actions', 'Rolecall', 'CASL', 'ratio', 'same answer'], inProcessRows(costs))}

_Who can_ over ${people.toLocaleString('en')} people, over HTTP: ${p50.toFixed(1)} / ${p95.toFixed(1)} ms (median / 95th percentile). Each 10,000 people add
${(endpoints.memory / 2 ** 20).toFixed(0)} MB to a console.`;
}

export function decisionAims({ endpoints, inProcess }: DecisionCosts): Aim[] {
  const [ours, cerbos, bare] = endpoints.rows.map(({ perSecond }) => perSecond) as [number, number, number];
  const times = (what: string, ratio: number, least: number): Aim => ({
    what,
    aimed: `≥ ${least} ×`,
    reached: `${ratio.toFixed(2)} ×`,
    isMet: ratio >= least
  });
  return [
    times('evaluations over HTTP, beside Cerbos', ours / cerbos, 5),
    times('evaluations over HTTP, beside bare Node', ours / bare, 0.7),
    ...inProcess.map((each) =>
      times(`in process, ${each.actions.toLocaleString('en')} actions, beside CASL`, each.ours / each.casl, 1)
    ),
    {
      what: 'who can, over 10,000 people, p95',
      aimed: '≤ 50 ms',
      reached: `${endpoints.search.p95.toFixed(1)} ms`,
      isMet: endpoints.search.p95 <= 50
    }
  ];
}
