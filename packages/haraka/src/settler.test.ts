import { expect, test, vi } from 'vitest';
import { Rejected, Unreachable } from './ledger.ts';
import { Settler } from './settler.ts';

const NOTE = { login: 'olga@x.example', units: 3, key: 'k', reservation: 'r1' };

function settler(answers: Record<string, (() => unknown)[]>) {
  const calls: string[] = [];
  const method = (name: string) => (what: unknown) => {
    calls.push(`${name} ${JSON.stringify(what)}`);
    const next = answers[name]?.shift();
    return next ? Promise.resolve().then(next) : Promise.reject(new Error(`${name} was not expected`));
  };
  const ledger = {
    ...{ commit: method('commit'), release: method('release') },
    ...{ consume: method('consume'), reserve: method('reserve') }
  };
  const notebook = { strike: () => void calls.push('strike') };
  const warn = vi.fn();
  return { calls, warn, made: new Settler({ ledger: ledger as never, notebook, warn }) };
}
const away = () => {
  throw new Unreachable('away');
};

test('[QUO-4] what was sent is counted, however often nobody answers, and is noted until then', async () => {
  const { calls, made } = settler({ commit: [away, () => 'done'] });
  made.sent(NOTE);
  expect(calls).toEqual(['commit "r1"']);
  await made.idle();
  expect(calls).toEqual(['commit "r1"', 'commit "r1"', 'strike']);
});

test('[QUO-4] a hold that ended meanwhile is counted under another key', async () => {
  const { calls, made, warn } = settler({ commit: [() => 'expired'], consume: [() => ({ smtp: '451' })] });
  made.sent(NOTE);
  await made.idle();
  expect(calls.slice(1)).toEqual(['consume {"login":"olga@x.example","units":3,"key":"k/late"}', 'strike']);
  expect(warn).toHaveBeenCalledTimes(1);
});

test('[QUO-4] an ask without an answer is given back by its key', async () => {
  const { calls, made } = settler({ release: [away, () => true] });
  made.unanswered(NOTE);
  await made.idle();
  expect(calls).toEqual(['release {"key":"k"}', 'release {"key":"k"}']);
});

test('[QUO-5] what passed without an answer is asked for again under the same key, and counted', async () => {
  const { calls, made } = settler({ reserve: [away, () => ({ reservation: 'r2' })], commit: [() => 'done'] });
  const { reservation: _, ...ask } = NOTE;
  made.sentUnanswered(ask);
  await made.idle();
  expect(calls.at(-1)).toBe('commit "r2"');
});

test('[QUO-4] an ask that is never taken is not repeated; one that is not taken for now is', async () => {
  const never = () => {
    throw new Rejected('HTTP 422', true);
  };
  const busy = () => {
    throw new Rejected('HTTP 429', false);
  };
  const { calls, made, warn } = settler({
    commit: [busy, () => 'expired'],
    consume: [never],
    reserve: [never]
  });
  made.sent(NOTE);
  await made.idle();
  expect(calls.map((call) => call.split(' ')[0])).toEqual(['commit', 'commit', 'consume', 'strike']);
  const { reservation: _, ...ask } = NOTE;
  made.sentUnanswered(ask);
  await made.idle();
  expect(calls.at(-1)).toContain('reserve');
  expect(warn).toHaveBeenCalledTimes(2);
});
