import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { follow } from './follower.ts';
import { Returns, type Released } from './returns.ts';

let folder: string;
let log: string;
let asked: string[];
let complaints: string[];
let answer: (queueId: string) => Released;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postfix-log-'));
  log = join(folder, 'mail.log');
  [asked, complaints] = [[], []];
  answer = () => 'released';
});
afterEach(() => rmSync(folder, { recursive: true }));

const id = (n: number) => `4hJ7Qm2k${String(n).padStart(2, '0')}z9vLn`;
const refused = (n: number) =>
  `Nov 29 17:03:11 mx1 postfix/cleanup[1]: ${id(n)}: milter-reject: END-OF-MESSAGE from x: 5.7.1 no\n`;

const readState = () =>
  existsSync(join(folder, 'state')) ? readFileSync(join(folder, 'state'), 'utf8') : null;

/** A follower that was started; stopping it is like killing it between two looks. */
function started() {
  const stop = new AbortController();
  const release = (queueId: string) => {
    asked.push(queueId);
    return Promise.resolve(answer(queueId));
  };
  const options = { log, state: join(folder, 'state'), release, everyMs: 5 };
  const ended = follow({ ...options, complain: (text) => complaints.push(text) }, stop.signal);
  return async () => {
    stop.abort();
    await ended;
  };
}

async function until(check: () => boolean): Promise<void> {
  for (let n = 0; !check(); n++) {
    if (n > 4000) throw new Error(`asked ${asked.join()}`);
    await sleep(5);
  }
}
const askedFor = (...numbers: number[]) =>
  until(() => asked.length >= numbers.length).then(() => expect(asked).toEqual(numbers.map(id)));

test('[QUO-4] each refused message is given back once, from when it began to follow, half lines and repeated ones too', async () => {
  writeFileSync(log, refused(1));
  const stop = started();
  await until(() => readState() !== null);
  const [head, tail] = [refused(2).slice(0, 60), refused(2).slice(60)];
  appendFileSync(log, head);
  await sleep(30);
  expect(asked).toEqual([]);
  appendFileSync(log, tail + refused(2) + refused(3));
  await askedFor(2, 3);
  await stop();
});

test('[QUO-4] renamed and begun anew: the rest of the old log, then the new one; emptied in place: from its beginning', async () => {
  const stop = started();
  await until(() => readState() !== null);
  writeFileSync(log, refused(1));
  await askedFor(1);
  // The rest is written to the renamed file, as by a process that still has it open.
  renameSync(log, `${log}.1`);
  appendFileSync(`${log}.1`, refused(2));
  writeFileSync(log, refused(3));
  await askedFor(1, 2, 3);
  truncateSync(log);
  // As long again before anybody looked.
  appendFileSync(log, refused(4));
  await askedFor(1, 2, 3, 4);
  await stop();
});

test('[QUO-4] started again, it goes on where it was, also when the log was renamed meanwhile', async () => {
  const stop = started();
  await until(() => readState() !== null);
  writeFileSync(log, refused(1));
  await askedFor(1);
  await stop();
  appendFileSync(log, refused(2));
  renameSync(log, `${log}.1`);
  writeFileSync(log, refused(3));
  const again = started();
  await askedFor(1, 2, 3);
  await again();
  const third = started();
  await sleep(30);
  await third();
  expect(asked).toEqual([1, 2, 3].map(id));
});

test('[QUO-4] without an answer it is asked again, by the next one too', async () => {
  answer = () => 'no answer';
  const stop = started();
  await until(() => readState() !== null);
  writeFileSync(log, refused(1));
  await askedFor(1);
  await stop();
  const state = JSON.parse(readState()!) as { waiting: { due: number }[] };
  expect(state.waiting).toHaveLength(1);
  state.waiting[0]!.due = 0;
  writeFileSync(join(folder, 'state'), JSON.stringify(state));
  answer = () => 'released';
  const again = started();
  await askedFor(1, 1);
  await again();
  expect(JSON.parse(readState()!)).toMatchObject({ waiting: [] });
});

test('[QUO-4] an id that may come again gives nothing back, and is complained of once', async () => {
  const stop = started();
  await until(() => readState() !== null);
  writeFileSync(log, refused(1).replace(id(1), '3F2A9C01B7').repeat(3) + refused(2));
  await askedFor(2);
  await stop();
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain('enable_long_queue_ids');
});

test('[QUO-4] what is refused before it was approved is looked for again, for as long as a message may take', async () => {
  const returns = new Returns([]);
  returns.add({ queueId: id(1), early: true }, 0);
  let [now, asks] = [0, 0];
  const nothing = () => Promise.resolve<Released>((asks++, 'nothing'));
  await returns.settle(nothing, now);
  await returns.settle(nothing, now);
  expect(asks).toBe(1);
  for (; returns.waiting.length > 0; now = returns.waiting[0]?.due ?? now) await returns.settle(nothing, now);
  expect(asks).toBe(7);
  expect(now).toBeGreaterThan(1200_000);
});
