import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCampaign, type CampaignReport } from '../faults/campaign';
import { check } from '../faults/checker';
import type { Facts, Operation } from '../faults/history';
import { chooseSeed } from '../faults/random';
import { reportOf } from '../faults/report';

// The short form of `npm run faults -- --only kills`: the same editors, readers, faults and checker.
const seed = chooseSeed(process.env.FAULTS_SEED);
let report: CampaignReport | undefined;

beforeAll(async () => {
  report = await runCampaign({ seed, appKills: 8, databaseKills: 3, apps: 2 });
});
afterAll(
  () => void process.stdout.write(report ? `${reportOf(report).join('\n')}\n` : `FAULTS_SEED=${seed}\n`)
);

function finished(): CampaignReport {
  if (!report) throw new Error('the campaign did not come to its end');
  return report;
}

test('[LIV-1] kills of programs and of Postgres lose nothing, double nothing and invent nothing', () => {
  const { problems, kills, answered } = finished();
  expect(problems, `FAULTS_SEED=${seed}`).toEqual([]);
  expect(kills.app).toBe(8);
  expect(kills.postmaster + kills.backend + kills.connection).toBe(3);
  expect(answered, 'operations under load').toBeGreaterThan(40);
});

const acknowledgedEdit = ({ kind, answer }: Operation) =>
  kind === 'edit' && (answer?.applied?.granted.length ?? 0) > 0;

// The checker is alive: each of these lies about what the campaign left behind must be found out.
test.each<[string, (history: Operation[], facts: Facts) => void, RegExp]>([
  [
    'an acknowledged edit is not in the rows',
    (history, facts) => {
      const edit = history.findLast(acknowledgedEdit)!;
      const { seq } = edit.answer!;
      facts.cells = facts.cells.filter((cell) => cell.roleId !== edit.input.id || cell.seq !== seq);
      facts.roles.find((row) => row.id === edit.input.id)!.seq -= 1;
    },
    /acknowledged/
  ],
  [
    'an edit was applied twice',
    (history, facts) => {
      facts.roles.find((row) => row.id === history.find(acknowledgedEdit)!.input.id)!.seq += 1;
    },
    /version \d+, acknowledged edits make/
  ],
  [
    'an edit stands in the log twice',
    (history, facts) => {
      const { op } = history.find(acknowledgedEdit)!;
      const entry = facts.entries.find(({ body }) => body.includes(op))!;
      facts.entries.push({ ...entry, n: facts.entries.at(-1)!.n + 1 });
    },
    /stands 2 times in the log/
  ],
  [
    'one bit of one entry is different',
    (_history, facts) => {
      const entry = facts.entries[Math.floor(facts.entries.length / 2)]!;
      entry.body = entry.body.replace('"v":1', '"v":2');
    },
    /the chain breaks at number/
  ],
  ['a number is missing', (_history, facts) => void facts.sequence.splice(3, 1), /number 4 is missing/],
  [
    'a document differs from the rows',
    (_history, facts) => void (Object.values(facts.documents.role)[0]!.seq += 1),
    /^document role:/m
  ],
  [
    'a reader missed a change',
    (_history, facts) =>
      void Object.values(facts.replicas.role)[0]!.granted.push('audience.contact_lists.purge'),
    /^replica role:/m
  ],
  [
    'two answers to one operation',
    (history) => void history.find(acknowledgedEdit)!.answers.push('{"seq":1}'),
    /answered in two ways/
  ],
  [
    'an edit of somebody who was not allowed to',
    (_history, facts) => {
      for (const entry of facts.entries)
        if (entry.body.includes('"role.created"'))
          entry.body = entry.body.replaceAll('"people.roles.edit",', '');
      // Whoever gave the right back is forgotten, too.
      facts.entries = facts.entries.filter(({ body }) => !/"new":\["people\.roles\.edit"\]/.test(body));
    },
    /its author was not allowed to/
  ]
])('the checker notices that %s', (_what, lie, expected) => {
  const history = structuredClone(finished().history) as Operation[];
  const facts = structuredClone(finished().facts);
  lie(history, facts);
  expect(check(history, facts).join('\n')).toMatch(expected);
});
