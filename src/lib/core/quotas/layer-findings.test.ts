import { expect, test } from 'vitest';
import { layerFindings, type LayerFacts } from './layer-findings';

const now = new Date('2026-04-01T12:00:00Z');
const AT = '2026-04-01T11:59:00.000Z';
const layer = (given: Partial<LayerFacts>): LayerFacts => ({
  ...{ door: 'postfix', by: null, mta: 'mx1', address: '192.0.2.1', askedAt: AT, unitsAt: AT },
  ...{ states: { RCPT: AT, 'END-OF-MESSAGE': AT }, unknown: 0, problem: null },
  ...given
});
const states = (...layers: LayerFacts[]) => layerFindings(layers, now).map(({ state }) => state);
const text = (...layers: LayerFacts[]) =>
  layerFindings(layers, now)
    .map((found) => found.text)
    .join('\n');

test('[QUO-5] a mail server that asks as it should is well; one that is silent, too', () => {
  expect(states(layer({}))).toEqual(['ok']);
  expect(text(layer({}))).toBe(`mx1 (192.0.2.1): last asked ${AT}, at END-OF-MESSAGE, RCPT.`);
  expect(text(layer({ askedAt: '2026-04-01T10:00:00Z' }))).toContain('silent');
  expect(states()).toEqual(['note']);
});

test.each<[string, Partial<LayerFacts>, string]>([
  ['at RCPT alone', { states: { RCPT: AT }, unitsAt: null }, 'smtpd_end_of_data_restrictions'],
  ['at DATA alone', { states: { DATA: AT } }, 'asks at DATA and never at END-OF-MESSAGE'],
  [
    'no longer at the end',
    { states: { RCPT: AT, 'END-OF-MESSAGE': '2026-03-31T11:00:00Z' } },
    'no longer at END-OF-MESSAGE'
  ],
  ['without numbers of recipients', { unitsAt: null }, 'no number of recipients'],
  ['without a name', { mta: '' }, 'policy_context'],
  [
    'without an answer',
    { problem: { text: 'the ledger does not answer', at: AT } },
    'the ledger does not answer'
  ]
])('[QUO-5] one that asks %s is not', (_, given, words) => {
  expect(states(layer(given))).toContain('wrong');
  expect(states(layer(given))).not.toContain('ok');
  expect(text(layer(given))).toContain(words);
});

test('[QUO-5] old problems are over; unknown senders are noted; a program over HTTP has no states', () => {
  expect(states(layer({ problem: { text: 'x', at: '2026-03-30T12:00:00Z' } }))).toEqual(['ok']);
  expect(states(layer({ unknown: 3 }))).toEqual(['note', 'ok']);
  const by = { type: 'application', id: 'a', name: 'Relay' };
  expect(states(layer({ door: 'http', mta: null, by, states: {} }))).toEqual(['ok']);
});

test('[QUO-5] one name at two addresses may be two mail servers, or one: it is noted while both ask', () => {
  const other = layer({ address: '192.0.2.2' });
  expect(states(layer({}), other)).toEqual(['ok', 'ok', 'note']);
  expect(text(layer({}), other)).toContain('asks from 192.0.2.1 and 192.0.2.2');
  // It moved: the former address asks no more.
  expect(states(layer({}), { ...other, askedAt: '2026-03-30T12:00:00Z' })).toEqual(['ok', 'ok']);
  expect(states(layer({}), layer({ mta: 'mx2', address: '192.0.2.2' }))).toEqual(['ok', 'ok']);
});
