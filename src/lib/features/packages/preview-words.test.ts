import { describe, expect, test } from 'vitest';
import { previewSentences, type Preview } from './preview-words';

const nobody = { count: 0, first: [] };
const some = (...names: string[]) => {
  return { count: names.length, first: names.map((name) => ({ id: name, name })) };
};
const base: Preview = { users: 8, caps: [], counts: [], role: null };
const told = (preview: Partial<Preview>) =>
  previewSentences({ ...base, ...preview }).map(({ strong, text }) =>
    strong && !text.startsWith(':') ? `${strong} ${text}` : strong + text
  );

describe('[TEN-2] what a change of a package will do, before it is saved', () => {
  test('who moves, who stops and who keeps their own', () => {
    const daily = {
      id: 'daily' as const,
      from: 30_000,
      to: 25_000,
      affected: { ...some('A', 'B'), count: 7 },
      keep: some('Lumen & Daughters'),
      over: { count: 1, first: [{ id: 'v', name: 'Vela Yoga', used: 26_300 }] }
    };
    expect(told({ caps: [daily] })).toEqual([
      '7 users go from 30,000 to 25,000 a day immediately.',
      '1 stops today: Vela Yoga, at 26,300.',
      'Lumen & Daughters keeps its own daily limit.'
    ]);
  });

  test('one user, threads and counts, and a platform that is not shown', () => {
    const threads = {
      id: 'threads' as const,
      from: 4,
      to: null,
      affected: some('A'),
      keep: some('B', 'C'),
      over: nobody
    };
    const contacts = {
      id: 'contacts' as const,
      from: 'unlimited' as const,
      to: 10,
      affected: some('A'),
      keep: nobody
    };
    expect(told({ caps: [threads], counts: [contacts] })).toEqual([
      '1 user goes from 4 to the platform’s in maximum threads immediately.',
      '1 user goes from no limit to 10 in contacts immediately.',
      'B and C keep their own maximum threads.'
    ]);
  });

  test('another role, and nothing at all', () => {
    expect(told({ role: { gained: ['a', 'b'], lost: ['c'] } })).toEqual([
      'With the other role they gain 2 permissions and lose 1 permission.'
    ]);
    expect(told({ role: { gained: [], lost: [] } })).toEqual([]);
    expect(told({})).toEqual([]);
  });
});
