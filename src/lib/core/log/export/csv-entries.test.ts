import { expect, test } from 'vitest';
import type { LoggedEntry } from '../logged-entry';
import { CSV_COLUMNS, csvEntry } from './csv-entries';

const USER = { type: 'user' as const, id: 'u1', name: 'Orchard & Vine' };
const entry = (more: Partial<LoggedEntry['body']> = {}): LoggedEntry => ({
  seq: 7,
  body: {
    ...{ id: 'e1', at: '2026-11-22T05:00:01.000000Z', action: 'access.denied', outcome: 'denied' },
    actor: { type: 'administrator', id: 'p1', name: 'Maya Lindqvist' },
    target: { type: 'procedure', id: 'me.update', name: null },
    change: [],
    ...more
  },
  facts: { ip: null, peer: null, userAgent: null, email: null },
  summary: 'Denied',
  detail: ''
});

test('[TEN-6] a row names the member of staff as the actor, and in whose place it was', () => {
  const ends = (text: string) => text.trimEnd().split(',').slice(-2);
  expect(CSV_COLUMNS.slice(-2)).toEqual(['on_behalf_of', 'on_behalf_of_id']);
  const row = csvEntry(entry({ on_behalf_of: USER }));
  expect(row).toContain('"Maya Lindqvist"');
  expect(ends(row)).toEqual(['"Orchard & Vine"', '"u1"']);
  expect(ends(csvEntry(entry()))).toEqual(['', '']);
});
