import { describe, expect, test } from 'vitest';
import type { SenderRow } from '$lib/shared/indexes/gauges.svelte';
import {
  countFilters,
  findSenders,
  senderView,
  sendingQueryFormat,
  type SendingQuery
} from './sending-query';
import { StillOrder } from './still-order';
import { layerProblem, layerTitle, type Layer } from './layer-words';

const cap = (over: Partial<SenderRow['daily']> = {}): SenderRow['daily'] => ({
  ...{ used: 0, held: 0, limit: 'unlimited', source: 'platform', resetsAt: null, forecastAt: null },
  ...over
});
const sender = (name: string, daily: Partial<SenderRow['daily']> = {}, pace = 0): SenderRow => ({
  ...{ hourly: cap(), daily: cap(daily), monthly: cap(), threads: cap() },
  sender: { type: 'administrator', id: name, name, status: 'active' },
  minutes: Array.from({ length: 12 }, () => pace),
  account: `administrator:${name}`
});
const all = [
  sender('Ada', { limit: 100, used: 10 }, 5),
  sender('Bea', { limit: 100, used: 100 }),
  sender('Čeněk', { limit: 100, used: 90 }, 40),
  sender('Dan', { limit: 100, used: 1, raise: { amount: 50, until: '2026-04-01T18:00:00.000Z' } }),
  sender('Eva', {
    limit: 100,
    used: 1,
    paused: { subject: 'administrator:Eva', reason: 'x', until: null, by: 'Maya' }
  })
].map(senderView);
const query = (over: Partial<SendingQuery> = {}): SendingQuery => ({
  search: '',
  filter: null,
  sort: 'stops',
  ...over
});
const names = (over: Partial<SendingQuery>) =>
  findSenders(all, query(over)).map(({ row }) => row.sender.name);

describe('[QUO-6] the list of those who send', () => {
  test('the list of those who send begins with who stops first, or is sorted by name or pace', () => {
    expect(names({})).toEqual(['Bea', 'Čeněk', 'Dan', 'Eva', 'Ada']);
    expect(names({ sort: 'name' })).toEqual(['Ada', 'Bea', 'Čeněk', 'Dan', 'Eva']);
    expect(names({ sort: 'pace' })[0]).toBe('Čeněk');
  });

  test('the list of those who send is filtered and searched, without regard to accents', () => {
    expect(countFilters(all)).toEqual({ near: 2, stopped: 1, paused: 1, raised: 1 });
    expect(names({ filter: 'near' })).toEqual(['Bea', 'Čeněk']);
    expect(names({ filter: 'stopped' })).toEqual(['Bea']);
    expect(names({ search: 'cenek' })).toEqual(['Čeněk']);
    expect(names({ search: 'cenek', filter: 'paused' })).toEqual([]);
  });

  test('[UX-3] stands in the address, and what cannot be read there is left at its default', () => {
    const asked = query({ search: 'bea', filter: 'near', sort: 'pace' });
    expect(sendingQueryFormat.parse(sendingQueryFormat.format(asked))).toEqual(asked);
    expect([...sendingQueryFormat.format(query())]).toEqual([]);
    expect(sendingQueryFormat.parse(new URLSearchParams('show=all&sort=-x'))).toEqual(query());
  });
});

test('[QUO-6] rows stay where they are while somebody points at them; another question is another order', () => {
  const order = new StillOrder<string>((row) => row);
  const still = { still: true, asked: 'a' };
  expect(order.arrange(['a', 'b', 'c'], { still: false, asked: 'a' })).toEqual(['a', 'b', 'c']);
  expect(order.arrange(['c', 'd', 'a'], still)).toEqual(['a', 'c', 'd']);
  expect(order.arrange(['d', 'c', 'b'], still)).toEqual(['c', 'd', 'b']);
  expect(order.arrange(['d', 'c'], { still: true, asked: 'b' })).toEqual(['d', 'c']);
});

describe('[QUO-6] a sending layer', () => {
  const now = new Date('2026-04-02T12:00:00.000Z');
  const layer = (over: Partial<Layer>): Layer => ({
    ...{ door: 'postfix', by: null, mta: 'mx1', address: '10.0.0.3', firstAt: now.toISOString() },
    ...{ askedAt: now.toISOString(), state: null, unitsAt: now.toISOString() },
    states: { RCPT: now.toISOString(), 'END-OF-MESSAGE': now.toISOString() },
    ...{ asks: 3, refused: 0, unknown: 0, unanswered: 0, problem: null },
    ...over
  });
  test('a sending layer has the name of its mail server or application', () => {
    expect(layerTitle(layer({}))).toBe('mx1');
    expect(layerTitle(layer({ mta: null, by: { type: 'application', id: 'x', name: 'Relay' } }))).toBe(
      'Relay'
    );
    expect(layerTitle(layer({ mta: null, by: { type: 'application', id: 'x', name: null } }))).toBe(
      'Someone who is gone'
    );
  });
  test.each<[string, Partial<Layer>, RegExp | null]>([
    ['all is well', {}, null],
    ['silent for a day', { askedAt: '2026-04-01T11:00:00.000Z' }, /not asked for a day/],
    ['nothing is counted', { unitsAt: null }, /recipients, so nothing is counted/],
    ['it only looks', { states: { DATA: now.toISOString() } }, /never asks at the end/],
    [
      'the last one got no answer',
      { problem: { text: 'another request', at: now.toISOString() } },
      /another request/
    ],
    ['a problem that is over', { problem: { text: 'x', at: '2026-04-02T11:00:00.000Z' } }, null]
  ])('says what is wrong with it: %s', (_, over, expected) => {
    const problem = layerProblem(layer(over), now);
    if (expected) expect(problem).toMatch(expected);
    else expect(problem).toBeNull();
  });
});
