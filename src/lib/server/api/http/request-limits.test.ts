import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { RequestLimits } from './request-limits';

const request = (cookie?: string) =>
  ({ headers: cookie === undefined ? {} : { cookie: `a=b; __Host-rolecall=${cookie}` } }) as IncomingMessage;

/** Number of single calls, out of `count`, that pass at one moment. */
function passing(
  limits: RequestLimits,
  count: number,
  of: { cookie?: string; ip?: string | null },
  at = 0
): number {
  let passed = 0;
  for (let n = 0; n < count; n++)
    if (limits.retryAfter(request(of.cookie), of.ip ?? null, 1, at) === null) passed++;
  return passed;
}

test('[H-08] a session has a burst and a rate of its own, whatever another one asks', () => {
  const limits = new RequestLimits({ perSession: 20, perAddress: 50 });
  expect(passing(limits, 100, { cookie: 'one' })).toBe(60);
  expect(limits.retryAfter(request('one'), null, 1, 0)).toBe(1);
  expect(passing(limits, 100, { cookie: 'other' })).toBe(60);
  expect(passing(limits, 100, { cookie: 'one' }, 1000)).toBe(20);
});

test('[H-08] an address has one, too: with IPv6 the whole network; this machine and nobody have none', () => {
  const limits = new RequestLimits({ perSession: 20, perAddress: 50 });
  expect(passing(limits, 300, { ip: '203.0.113.9' })).toBe(200);
  expect(passing(limits, 10, { ip: '203.0.113.10' })).toBe(10);
  expect(passing(limits, 150, { ip: '2001:db8::1' })).toBe(150);
  expect(passing(limits, 150, { ip: '2001:db8::2' })).toBe(50);
  for (const ip of ['127.0.0.1', '::1', null]) expect(passing(limits, 500, { ip })).toBe(500);
});

test('[H-08] a batch costs its calls; one that is turned away costs neither session nor address anything', () => {
  const limits = new RequestLimits({ perSession: 20, perAddress: 50 });
  const ip = '203.0.113.9';
  for (let n = 0; n < 6; n++) expect(limits.retryAfter(request('one'), ip, 10, 0)).toBe(null);
  for (let n = 0; n < 100; n++) expect(limits.retryAfter(request('one'), ip, 10, 0)).toBe(1);
  expect(passing(limits, 300, { ip })).toBe(140);
  expect(passing(limits, 60, { cookie: 'two', ip })).toBe(0);
  expect(passing(limits, 60, { cookie: 'two' })).toBe(60);
});

test('[H-08] a batch passes also where the burst is smaller', () => {
  const limits = new RequestLimits({ perSession: 1, perAddress: 1 });
  expect(limits.retryAfter(request('one'), null, 10, 0)).toBe(null);
  expect(limits.retryAfter(request('one'), null, 10, 0)).toBe(3);
  expect(limits.retryAfter(request('one'), null, 10, 3000)).toBe(null);
});

test('[H-08] however many sessions are made up, so many are remembered and no more', () => {
  const limits = new RequestLimits({ perSession: 20, perAddress: 50 });
  expect(passing(limits, 60, { cookie: 'one' })).toBe(60);
  for (let n = 0; n < 9_999; n++) passing(limits, 1, { cookie: `made up ${n}` });
  expect(passing(limits, 1, { cookie: 'one' })).toBe(0);
  for (let n = 0; n < 10_000; n++) passing(limits, 1, { cookie: `another ${n}` });
  expect(passing(limits, 61, { cookie: 'one' })).toBe(60);
});
