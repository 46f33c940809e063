import { expect, test } from 'vitest';
import shipped from '../../../../core/access/catalogue/permissions.json';
import { indexCatalogue, type Catalogue } from '../../../../core/access/catalogue';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { feedEntry } from './feed-entry';

const catalogue = indexCatalogue(shipped as Catalogue);
const doc: EntryDoc = {
  id: 'e',
  at: '2026-11-22T05:00:01.000000Z',
  action: 'role.edited',
  outcome: 'success',
  actor: { type: 'administrator', id: 'p', name: 'Maya' },
  target: { type: 'role', id: 'r', name: 'Readers' },
  change: [{ path: 'name', old: 'a', new: 'b' }]
};
const bytes = (text: string) => new TextEncoder().encode(text);

test('an entry as the program writes it', () => {
  expect(feedEntry(catalogue, 7, doc, bytes('{"ip":"192.0.2.1"}'))).toMatchObject({
    ...{
      id: 7,
      actor: { name: 'Maya' },
      ip: '192.0.2.1',
      summary: 'Edited role',
      detail: 'Readers: changed name'
    }
  });
});

test.each<[string, EntryDoc, Uint8Array | null]>([
  ['without anything in it', {} as EntryDoc, null],
  ['without an actor', { ...doc, actor: null as never }, null],
  ['without changes', { ...doc, change: undefined as never }, null],
  ['with changes that are none', { ...doc, change: [null as never] }, null],
  ['with personal data that are no JSON', doc, bytes('not JSON')],
  ['with personal data that are nothing', doc, bytes('null')]
])('[LOG-3] an entry %s is shown as one that cannot be read, and hides no other', (_, strange, personal) => {
  expect(feedEntry(catalogue, 7, strange, personal)).toMatchObject({ id: 7, outcome: 'error' });
});
