import { expect, test } from 'vitest';
import { fateOf } from './fate.ts';
import { Rejected, type Granted, type Refusal } from './ledger.ts';
import { CANNOT_BE_CHECKED, Passage } from './passage.ts';

// [QUO-4] Every way a message can end: each is settled once, and right.

const ASK = { login: 'olga@x.example', units: 3, key: 'haraka/mx1/A.1' };
const GRANTED = { reservation: 'r1' };

function passage(answer: () => Promise<Granted | Refusal>, passesWhenUnreachable = false) {
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const hands = {
    ...{ reserve: answer, passesWhenUnreachable, note: tell('note'), sent: tell('sent') },
    ...{ notSent: tell('released'), unanswered: tell('unanswered'), sentUnanswered: tell('sent unanswered') }
  };
  return { told, mail: new Passage(ASK, hands) };
}

const granting = () => passage(() => Promise.resolve(GRANTED));
const away = (passes = false) => passage(() => Promise.reject(new Error('away')), passes);

test('[QUO-4] held, queued, counted; what follows changes nothing', async () => {
  const { told, mail } = granting();
  expect(await mail.request()).toBe('pass');
  mail.queueing();
  mail.sent();
  mail.notSent();
  mail.sent();
  expect(told).toEqual(['note', 'sent']);
});

test.each(['before the queue', 'by the queue'])('[QUO-4] refused %s: given back once', async (when) => {
  const { told, mail } = granting();
  await mail.request();
  if (when === 'by the queue') mail.queueing();
  mail.notSent();
  mail.notSent();
  mail.sent();
  expect(told).toEqual(['note', 'released']);
});

test('[QUO-4] a client that goes away while it is asked: what is granted then is given back, and never queued', async () => {
  let answer: (granted: Granted) => void = () => undefined;
  const { told, mail } = passage(() => new Promise((resolve) => (answer = resolve)));
  const asked = mail.request();
  mail.notSent();
  answer(GRANTED);
  await asked;
  mail.queueing();
  mail.sent();
  expect(told).toEqual(['released']);
});

test('[QUO-5] a refusal is passed on and charges nothing; an unknown sender passes where the settings say so', async () => {
  for (const smtp of ['451 4.7.1 Daily limit', null]) {
    const { told, mail } = passage(() => Promise.resolve({ smtp }));
    expect(await mail.request()).toEqual(smtp === null ? 'pass' : { smtp });
    mail.queueing();
    mail.sent();
    expect(told).toEqual([]);
  }
});

test('[QUO-5] nobody answers: refused for now, or passed and counted later, as configured', async () => {
  const closed = away();
  expect(await closed.mail.request()).toEqual({ smtp: CANNOT_BE_CHECKED });
  closed.mail.notSent();
  expect(closed.told).toEqual(['unanswered']);
  const open = away(true);
  expect(await open.mail.request()).toBe('pass');
  open.mail.queueing();
  open.mail.sent();
  expect(open.told).toEqual(['sent unanswered']);
  const refused = away(true);
  await refused.mail.request();
  refused.mail.notSent();
  expect(refused.told).toEqual(['unanswered']);
});

test('[QUO-5] what is rejected, because it asks too much or a key does not work, lets nobody past', async () => {
  const { told, mail } = passage(() => Promise.reject(new Rejected('HTTP 429', false)), true);
  expect(await mail.request()).toEqual({ smtp: CANNOT_BE_CHECKED });
  mail.queueing();
  mail.sent();
  expect(told).toEqual(['unanswered']);
});

test('[QUO-4] whose client is gone counts as queued, unless Haraka’s own queue says otherwise', async () => {
  const noted = (outbound: object) => ({ results: { get: () => outbound } });
  expect(await fateOf(noted({ pass: ['queued'], err: [] }), true)).toBe('queued');
  expect(await fateOf(noted({ pass: [], err: ['disk full'] }), true)).toBe('not queued');
  expect(await fateOf(noted({}), false)).toBe('queued');
});
