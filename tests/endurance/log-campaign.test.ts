import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logReportOf, runLogCampaign } from '../faults/log-campaign';
import { chooseSeed } from '../faults/random';
import { createDatabase } from '../support/postgres';

// The short form of `npm run faults -- --only log`.
const seed = chooseSeed(process.env.FAULTS_SEED);

test('[LOG-6] [LOG-1] writers and sequencers that are killed leave no gap, no double and no invalid checkpoint', async () => {
  await using database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-log-campaign-'));
  const report = await runLogCampaign({ url: database.url, folder, seed, kills: 12 });
  await rm(folder, { recursive: true, force: true });
  process.stdout.write(`${logReportOf(report).join('\n')}\n`);
  expect(report.problems, `FAULTS_SEED=${seed}`).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(30);
  expect(report.kills.writer).toBeGreaterThan(0);
  expect(report.kills.sequencer).toBeGreaterThan(0);
});
