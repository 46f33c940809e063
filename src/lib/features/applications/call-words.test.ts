import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import shipped from '$lib/core/access/catalogue/permissions.json';
import type { CallRefusal } from '$lib/core/applications/calls';
import { callsAllowed, refusedWords, timesWords } from './call-words';

const catalogue = indexCatalogue(shipped as unknown as Catalogue);

test('[APP-4] what was refused is said in words, with the permission and the role', () => {
  const line = { reason: 'permission' as const, permission: 'audience.contacts.export' };
  expect(refusedWords(line, 'Support', catalogue)).toEqual({
    title: 'Contacts › Export',
    text: 'The role “Support” doesn’t include it'
  });
  const reasons: CallRefusal[] = ['address', 'rate', 'expired', 'revoked', 'rotated', 'suspended'];
  const titles = reasons.map(
    (reason) => refusedWords({ reason, permission: null }, 'Support', catalogue).title
  );
  expect(new Set(titles).size).toBe(reasons.length);
  expect([1, 12].map(timesWords)).toEqual(['once', '12 times']);
});

test('[APP-1] an application without a limit of its own has the installation’s', () =>
  expect([null, 60].map((perMinute) => callsAllowed({ perMinute }))).toEqual([6000, 60]));
