import { ms, OURS, table, type Aim } from '../report-table';
import { spread } from '../statistics';
import type { TickCost, TickCosts } from './tick';

const cpu = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(1));
const both = (values: readonly number[]) => {
  const { p50, p99 } = spread(values);
  return `${ms(p50)} / ${ms(p99)}`;
};

export const tickRows = ({ ticks }: TickCosts): string[][] =>
  ticks.map((cost) => [
    cost.name,
    both(cost.seen),
    both(cost.saved),
    cpu(cost.serverCpuMs),
    isOurs(cost) ? cpu(cost.postgresCpuMs) : '–'
  ]);

export const writerRows = ({ writers }: TickCosts): string[][] =>
  writers.map((cost) => [
    String(cost.writers),
    cost.editsPerSecond.toFixed(0),
    `${ms(cost.took.p50)} / ${ms(cost.took.p99)}`,
    `${cpu(cost.serverCpuMs)} + ${cpu(cost.postgresCpuMs)}`,
    String(cost.mostWaiting)
  ]);

const isOurs = ({ name }: TickCost) => name === OURS;

export function tickSection(costs: TickCosts): string {
  return `## One tick at a time

A tick, until all ${costs.readers} readers have it, a rest, the next one: no queue builds. Milliseconds, median / 99th percentile; processor time of the
server and of Postgres in milliseconds for one tick, with the timers and checkpoints that fall into it.

${table(['server', 'seen by all', 'saved', 'CPU of the server', 'CPU of Postgres'], tickRows(costs))}

Writers who send the next edit as soon as the one before is saved, each in a role of their own, for five seconds; CPU of server and Postgres in milliseconds
for an edit; the most entries that waited for their number at once.

${table(['writers', 'edits a second', 'an edit takes', 'CPU', 'most waiting'], writerRows(costs))}`;
}

const CPU_AIM_MS = 15;
const EDITS_AIM = 300;

export function tickAims({ ticks, writers }: TickCosts): Aim[] {
  const ours = ticks.find(isOurs)!;
  const peer = ticks.find((cost) => !isOurs(cost))!;
  const ratio = (key: 'p50' | 'p99', most: number): Aim => {
    const reached = spread(ours.seen)[key] / spread(peer.seen)[key];
    return {
      what: `one tick seen by 200, ${key}`,
      aimed: `≤ ${most} × ${peer.name}`,
      reached: `${reached.toFixed(1)} × (${ms(spread(ours.seen)[key])} against ${ms(spread(peer.seen)[key])} ms)`,
      isMet: reached <= most
    };
  };
  const cpuOfTick = ours.serverCpuMs + (Number.isNaN(ours.postgresCpuMs) ? 0 : ours.postgresCpuMs);
  return [
    ratio('p50', 2),
    ratio('p99', 3),
    {
      what: 'processor time of a tick, server and Postgres',
      aimed: `≤ ${CPU_AIM_MS} ms`,
      reached: `${cpuOfTick.toFixed(1)} ms`,
      isMet: cpuOfTick <= CPU_AIM_MS
    },
    ...writers
      .filter(({ writers: many }) => many > 1)
      .map((cost) => ({
        what: `edits a second, ${cost.writers} writers`,
        aimed: `≥ ${EDITS_AIM}`,
        reached: cost.editsPerSecond.toFixed(0),
        isMet: cost.editsPerSecond >= EDITS_AIM
      }))
  ];
}
