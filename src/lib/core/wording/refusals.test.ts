import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '../access/catalogue';
import shipped from '../access/catalogue/permissions.json';
import type { Refusal, RefusalCode, RefusalOf } from '../access/refusal';
import { denialWords, ownRefusalText } from './refusal-codes';
import { personRefusalText, personRefusalWords, reasonOfOther, refusalWords } from './refusals';

const catalogue = indexCatalogue(shipped as Catalogue);
const [PERMISSION = ''] = catalogue.ids;
const at = '2026-11-22T05:00:01.000Z';

/** One of every code: the compiler misses one that is not here. */
const REFUSALS: { [C in RefusalCode]: RefusalOf<C> } = {
  'access/permission-required': { code: 'access/permission-required', permission: PERMISSION },
  'access/not-held': { code: 'access/not-held', permissions: [PERMISSION, 'x', 'y'] },
  'access/not-dominated': { code: 'access/not-dominated' },
  'access/self': { code: 'access/self' },
  'access/owner': { code: 'access/owner' },
  'access/locked': { code: 'access/locked' },
  'access/last-super': { code: 'access/last-super' },
  'access/people-only': { code: 'access/people-only' },
  'access/closing': { code: 'access/closing' },
  'access/signed-in-as': { code: 'access/signed-in-as' },
  'access/cap-above-own': { code: 'access/cap-above-own', cap: 'daily', limit: 40_000 },
  'auth/signed-out': { code: 'auth/signed-out' },
  'auth/other-session': { code: 'auth/other-session' },
  'auth/key': { code: 'auth/key', reason: 'rotated' },
  'auth/wrong-credentials': { code: 'auth/wrong-credentials' },
  'auth/wrong-code': { code: 'auth/wrong-code' },
  'auth/step-required': { code: 'auth/step-required', next: 'totp' } as RefusalOf<'auth/step-required'>,
  'auth/reauthenticate': { code: 'auth/reauthenticate' },
  'auth/invitation': { code: 'auth/invitation' },
  'auth/two-factor-required': { code: 'auth/two-factor-required', sources: [] },
  'auth/throttled': { code: 'auth/throttled', retryAfter: 30 },
  'auth/locked': { code: 'auth/locked' },
  'auth/setup-token': { code: 'auth/setup-token' },
  'auth/setup-closed': { code: 'auth/setup-closed' },
  'conflict/revoked-since': {
    code: 'conflict/revoked-since',
    permission: PERMISSION,
    by: 'Ben',
    at,
    version: 3
  },
  'conflict/changed-since': {
    ...{ code: 'conflict/changed-since', field: 'name', yours: 'a', theirs: 'b', by: 'Ben', at, version: 3 }
  },
  'conflict/in-use': { code: 'conflict/in-use', members: 1 },
  'conflict/not-refused': { code: 'conflict/not-refused' },
  'conflict/ended': { code: 'conflict/ended', state: 'withdrawn' },
  'input/invalid': { code: 'input/invalid', field: 'name', message: 'A name has letters.' },
  'input/taken': { code: 'input/taken', field: 'name', looksLike: 'Support' },
  'input/unknown-permission': { code: 'input/unknown-permission', field: 'grant', permissions: ['x'] },
  'input/not-for-users': { code: 'input/not-for-users', permissions: ['x'] },
  'input/op-reused': { code: 'input/op-reused', field: 'op' },
  busy: { code: 'busy', retryAfter: 2 },
  'not-found': { code: 'not-found', what: 'role' }
};

test.each(Object.values<Refusal>(REFUSALS))('[ACC-7] $code is said in every way', (refusal) => {
  for (const { title, text } of [refusalWords(refusal, catalogue), personRefusalWords(refusal, catalogue)]) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(text).toMatch(/^[A-Z].*\.$/);
  }
  const lines = [
    personRefusalText(refusal, catalogue),
    reasonOfOther(refusal, catalogue),
    ownRefusalText(refusal.code) ?? 'Said by the form.'
  ];
  for (const line of lines) expect(line).toMatch(/^[A-Z].*\.$/);
  expect(lines.join()).not.toMatch(/undefined|null|NaN/);
});

test('[ADM-11] an address that is taken is said to be whose it is, where that may be told', () => {
  const taken = { code: 'input/taken', field: 'email', looksLike: 'ben@northwind.example' } as const;
  const holder = { id: 'p1', name: 'Ben Okafor', movable: false };
  expect(personRefusalText({ ...taken, holder }, catalogue)).toBe(
    'This address is taken. It belongs to Ben Okafor (ben@northwind.example).'
  );
  expect(personRefusalText({ ...taken, looksLike: 'Ben Okafor', holder }, catalogue)).toBe(
    'This address is taken. It is a sending name of Ben Okafor.'
  );
  expect(personRefusalText(taken, catalogue)).toBe('This address is taken. Another account already uses it.');
});

test('[ACC-4] whoever has a cap may set nothing above it, not even in place of no limit, and reads who can', () => {
  expect(refusalWords(REFUSALS['access/cap-above-own'], catalogue)).toEqual({
    title: 'More than your own cap',
    text: 'You can set at most 40,000. Only someone with a higher cap, or without one, can set more.',
    missing: null
  });
});

test('[ACC-7] a missing permission is named, and others by their number', () => {
  expect(personRefusalWords(REFUSALS['access/not-held'], catalogue)).toMatchObject({
    text: expect.stringMatching(/ › .* and 2 more yourself\.$/),
    missing: PERMISSION
  });
  expect(refusalWords(REFUSALS['access/locked'], catalogue).missing).toBeNull();
});

test('[LOG-1] every denial that the log keeps has words of its own', () => {
  const denials = Object.keys(REFUSALS).filter(
    (code) => code.startsWith('access/') || code === 'auth/two-factor-required'
  );
  for (const code of denials) expect(denialWords(code)).toMatch(/^[A-Z]/);
  expect(denialWords('of/a-later-version')).toBe('of/a-later-version');
  expect(denialWords('')).toBe('Refused');
});
