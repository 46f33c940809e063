import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import shipped from '$lib/core/access/catalogue/permissions.json';
import { answeredName, answerOf, unnamed } from './answer-words';

const [ann, bob] = ['ann', 'bob'].map((id) => ({ type: 'administrator' as const, id }));
const query = { question: 'can', subject: ann!, permission: 'roles.role.add', since: 'week' } as const;
const answered = (value: unknown) => ({ value, problem: null });
const answers = {
  can: answered({ decision: true, subject: { ...ann, name: 'Ann Archer' } }),
  who: answered(null),
  what: answered({ subject: bob, permissions: ['a', 'b'] }),
  changes: answered({ subject: { ...ann, name: 'Ann Archer' }, gained: [], lost: [] })
} as unknown as Parameters<typeof answeredName>[1];

test('[DEC-7] an answer names whom its own question was about, and nobody else', () => {
  expect(answeredName(query, answers)).toBe('Ann Archer');
  expect(answeredName({ ...query, question: 'since' }, answers)).toBe('Ann Archer');
  expect(answeredName({ ...query, question: 'what', subject: bob! }, answers)).toBeNull();
  const failed = { ...answers, can: { ...answers.can, problem: { state: 'failed' } } } as typeof answers;
  expect(answeredName(query, failed)).toBeNull();
});

test('whoever has no name here is not called by an ID', () => {
  const known = { nameOf: unnamed, catalogue: indexCatalogue(shipped as Catalogue) };
  const what = { ...query, question: 'what' as const };
  const wordsOf = (type: 'user' | 'application', id: string) =>
    answerOf({ ...what, subject: { type, id } }, answers, known)?.words;
  expect(wordsOf('user', '7b0f4b5e')).toBe('What can this user do?');
  expect(wordsOf('application', '7b0f4b5e')).toBe('What can this application do?');
  expect(wordsOf('user', 'mail@orchard.example')).toBe('What can mail@orchard.example do?');
});
