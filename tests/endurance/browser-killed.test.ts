import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, type Outcome, type Promised } from '../faults/browser-claims';
import { runBrowserCampaign, type BrowserReport } from '../faults/browser-campaign';
import { browserReportOf } from '../faults/browser-report';
import { chooseSeed } from '../faults/random';

// The short form of `npm run faults -- --only browser`.
const seed = chooseSeed(process.env.FAULTS_SEED);
let report: BrowserReport | undefined;

beforeAll(async () => {
  report = await runBrowserCampaign({ seed, rounds: 3 });
});
afterAll(
  () =>
    void process.stdout.write(report ? `${browserReportOf(report).join('\n')}\n` : `FAULTS_SEED=${seed}\n`)
);

test('[LIV-4] [R-06] Chromium killed -9 in mid-edit loses nothing that its device held, and doubles nothing', () => {
  expect(report?.problems, `FAULTS_SEED=${seed}`).toEqual([]);
  expect(report?.kills.browser).toBe(3);
  expect(report?.kept, 'edits that waited on the device').toBeGreaterThan(0);
});

// The judge is alive: each of these must be found out.
describe('the judge notices that', () => {
  const key = 'audience.contacts.add';
  const op = 'op';
  const promised = (more: Partial<Promised> = {}): Promised => ({
    kept: new Map(),
    shown: [],
    killedAt: 10_000,
    ...more
  });
  const calm: Outcome = {
    decided: new Map([[op, { op, applied: new Set([key]), refused: new Set(), entries: 1 }]]),
    device: [],
    granted: new Set([key]),
    before: new Set(),
    changed: new Set([`${key}=true`]),
    name: 'Tunnel',
    seen: { granted: new Set([key]), name: 'Tunnel', attention: 0 }
  };
  const kept: Promised['kept'] = new Map([[key, { op, value: true }]]);
  const problems = (given: Promised, outcome: Partial<Outcome>) =>
    judge(given, { ...calm, ...outcome }).problems.join('\n');

  test('the judge has nothing to say where all is well', () => {
    const shown = [{ key, word: 'Saved', checked: true, at: 0 }] as const;
    expect(problems(promised({ kept, shown: [...shown] }), {})).toBe('');
  });

  test('an edit on the device never reached the server', () => {
    expect(problems(promised({ kept }), { decided: new Map() })).toMatch(/never reached the server/);
  });

  test('an edit was refused and nobody is told', () => {
    const decided = new Map([[op, { op, applied: new Set<string>(), refused: new Set([key]), entries: 0 }]]);
    expect(problems(promised({ kept }), { decided })).toMatch(/is not told/);
  });

  test.each([0, 2])('an operation stands %i times in the log', (entries) => {
    const decided = new Map([[op, { op, applied: new Set([key]), refused: new Set<string>(), entries }]]);
    expect(problems(promised({ kept }), { decided })).toMatch(/times in the log/);
  });

  const off: Partial<Outcome> = {
    granted: new Set(),
    changed: new Set(),
    seen: { ...calm.seen, granted: new Set() }
  };

  test('a row said *Saved* and the database never heard of it', () => {
    const shown = [{ key, word: 'Saved', checked: true, at: 0 } as const];
    expect(problems(promised({ shown }), off)).toMatch(/shown as saved on/);
  });

  test('a row said for long that its edit was kept, and it is lost; in the last moment that is counted', () => {
    const said = (at: number) => promised({ shown: [{ key, word: 'Waiting', checked: true, at }] });
    expect(problems(said(9000), off)).toMatch(/is lost/);
    expect(judge(said(9900), { ...calm, ...off })).toMatchObject({ problems: [], lostInTheMoment: 1 });
  });

  test('the screen differs from the rows', () => {
    expect(problems(promised(), { granted: new Set() })).toMatch(/on on screen and off in the rows/);
    expect(problems(promised(), { name: 'Other' })).toMatch(/the screen says/);
    expect(problems(promised(), { seen: { ...calm.seen, attention: 1 } })).toMatch(/the tray shows 1/);
  });

  test('an edit still waits on the device', () => {
    const waiting = {
      n: 1,
      op,
      subject: 'role:x',
      label: 'Tunnel',
      at: 0,
      change: { kind: 'edit', parts: {} },
      stage: { is: 'queued' }
    } as const;
    expect(problems(promised(), { device: [waiting] })).toMatch(/still wait/);
  });
});
