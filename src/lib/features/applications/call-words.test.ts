import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import shipped from '$lib/core/access/catalogue/permissions.json';
import type { CallRefusal } from '$lib/core/applications/calls';
import { callsAllowed, refusedWords, timesWords } from './call-words';

const catalogue = indexCatalogue(shipped as unknown as Catalogue);

test('[APP-4] what was refused is said in words, with the permission and the role', () => {
  const line = { reason: 'permission' as const, permission: 'audience.contacts.export' };
  const words = (...held: string[]) =>
    refusedWords(line, { name: 'Support', holds: new Set(held) }, catalogue);
  expect(words('audience.contacts.view')).toEqual({
    title: 'Contacts › Export',
    text: 'The role “Support” doesn’t include it'
  });
  // Of hours ago: it may be mended by now.
  expect(words('audience.contacts.export').text).toBe('Included since');
  expect(refusedWords(line, { name: 'Support', holds: null }, catalogue).text).toBe(
    'Its role didn’t include it'
  );
  const reasons: CallRefusal[] = ['address', 'rate', 'expired', 'revoked', 'rotated', 'suspended', 'route'];
  const titles = reasons.map(
    (reason) => refusedWords({ reason, permission: null }, { name: 'Support', holds: null }, catalogue).title
  );
  expect(new Set(titles).size).toBe(reasons.length);
  expect([1, 12].map(timesWords)).toEqual(['once', '12 times']);
});

test('[APP-1] an application without a limit of its own has the installation’s', () =>
  expect([null, 60].map((perMinute) => callsAllowed({ perMinute }))).toEqual([6000, 60]));
