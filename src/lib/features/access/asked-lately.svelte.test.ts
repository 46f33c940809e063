import { expect, test } from 'vitest';
import { AskedLately } from './asked-lately.svelte';

const query = (id: string) =>
  ({ question: 'what', subject: { type: 'administrator', id }, permission: null, since: 'week' }) as const;
const said = (answer: string) => ({ words: 'What can they do?', answer, decision: null });

test('[DEC-7] what was asked lately is there once, the latest first, and no more than six', () => {
  const lately = new AskedLately();
  for (let n = 1; n <= 7; n++) lately.note(query(`p${n}`), said(`${n}`));
  lately.note(query('p4'), said('40'));
  expect(lately.shown(() => true).map(({ answer }) => answer)).toEqual(['40', '7', '6', '5', '3', '2']);
  expect(lately.shown(() => true)[0]!.href).toBe('/access?ask=what&subject=administrator%3Ap4');
});

test('[LIV-9] of what was asked lately only what may still be asked is shown', () => {
  const lately = new AskedLately();
  lately.note(query('p1'), said('1'));
  lately.note({ ...query('p2'), question: 'since' }, said('2'));
  expect(lately.shown((question) => question !== 'since').map(({ answer }) => answer)).toEqual(['1']);
});
