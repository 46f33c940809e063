import { describe, expect, test } from 'vitest';
import { comparisonKey, comparisonOf, historyQueryFormat, type HistoryQuery } from './role-history-query';

const { parse, format } = historyQueryFormat;

describe('[UX-3] [ROL-9] the address of a history', () => {
  const now = { kind: 'now' } as const;
  const selections: [string, HistoryQuery][] = [
    ['', { a: null, b: now }],
    ['a=12', { a: 12, b: now }],
    ['a=12&b=7', { a: 12, b: { kind: 'version', seq: 7 } }],
    ['a=12&with=support', { a: 12, b: { kind: 'role', id: 'support' } }],
    ['with=support', { a: null, b: { kind: 'role', id: 'support' } }]
  ];
  test.each(selections)('“%s” is read and written alike', (text, query) => {
    expect(parse(new URLSearchParams(text))).toEqual(query);
    expect(format(query).toString()).toBe(text);
  });

  test.each(['a=now', 'a=-1', 'a=0', 'a=1.5', 'a=', 'b=now', 'a=1e99'])(
    'the address “%s” of a history chooses no version',
    (text) => expect(parse(new URLSearchParams(text))).toEqual({ a: null, b: now })
  );

  test('an option of the list stands for a comparison', () => {
    for (const [, { b }] of selections) expect(comparisonOf(comparisonKey(b))).toEqual(b);
  });
});
