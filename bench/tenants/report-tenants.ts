import { ASKS_PER_SECOND } from '../caps/steady-asks';
import { ms, table, type Aim } from '../report-table';
import type { Spread } from '../statistics';
import { EACH, PACKAGES } from './plant';
import type { TenantCosts } from './tenants';

/** Factor by which anything of users may be slower than the same of administrators. */
const TIMES = 1.5;
/** Two of so few milliseconds are the same to whoever waits. */
const SAME_MS = 5;

const both = ({ p50, p99 }: Spread) => `${ms(p50)} / ${ms(p99)}`;

export const pairRows = ({ pairs }: TenantCosts): string[][] =>
  pairs.map(({ what, users, administrators }) => [what, both(users), both(administrators)]);

export const besideRows = ({ beside }: TenantCosts): string[][] => [
  [
    ...[beside.asks, beside.changes, beside.wrong, beside.miscounted].map((n) => n.toLocaleString('en')),
    both(beside.answer),
    both(beside.change)
  ]
];

export function tenantsSection(costs: TenantCosts): string {
  const many = (PACKAGES * EACH).toLocaleString('en');
  return `## Users and packages

${many} users in ${PACKAGES} packages beside ${many} administrators in ${PACKAGES} roles, in turns over HTTP and a socket (milliseconds, median / 99th percentile):

${table(['', 'users, packages', 'administrators, roles'], pairRows(costs))}

${ASKS_PER_SECOND} messages a second for ${2 * EACH} users of two packages, while one of the packages is changed four times a second. *Wrong*: refused although the change is none
of theirs, or answered by another limit than the one that stands; *miscounted*: users of whom more or less is counted than was granted.

${table(['asks', 'changes', 'wrong', 'miscounted', 'answer (ms)', 'change (ms)'], besideRows(costs))}`;
}

export function tenantAims({ pairs, beside }: TenantCosts): Aim[] {
  return [
    ...pairs.map(({ what, users, administrators }): Aim => {
      const times = users.p50 / administrators.p50;
      return {
        what: `${what}: users beside administrators, p50`,
        aimed: `≤ ${TIMES} ×, or ${SAME_MS} ms apart`,
        reached: `${times.toFixed(2)} × (${ms(users.p50)} against ${ms(administrators.p50)} ms)`,
        isMet: times <= TIMES || users.p50 - administrators.p50 <= SAME_MS
      };
    }),
    {
      what: 'answered or counted wrongly beside changes of a package',
      aimed: '0',
      reached: String(beside.wrong + beside.miscounted),
      isMet: beside.wrong + beside.miscounted === 0
    }
  ];
}
