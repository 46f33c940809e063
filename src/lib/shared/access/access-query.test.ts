import { expect, test } from 'vitest';
import { accessHref, accessQueryFormat, sinceInput } from './access-query';

const read = (href: string) => accessQueryFormat.parse(new URL(href, 'https://console.example').searchParams);

test('[DEC-7] [UX-3] every question has an address that asks it again', () => {
  const subject = { type: 'application', id: 'a b@example.com' } as const;
  for (const query of [
    { question: 'can', subject, permission: 'a.b.c', since: 'week' },
    { question: 'who', subject: null, permission: 'a.b.c', since: 'week' },
    { question: 'what', subject, permission: null, since: 'week' },
    { question: 'since', subject, permission: null, since: 4711 },
    { question: 'since', subject, permission: null, since: '2026-11-29T12:00:00.000Z' }
  ] as const)
    expect(read(accessHref(query))).toEqual(query);
  expect(accessHref({})).toBe('/access');
});

test('[UX-3] what makes no sense is left out', () => {
  const nothing = { question: 'can', subject: null, permission: null, since: 'week' };
  expect(read('/access?ask=why&subject=nobody&permission=..&since=ever')).toEqual(nothing);
  expect(read('/access?subject=nobody:1&permission=one&since=constructor')).toEqual(nothing);
  expect(read(`/access?subject=administrator:${'x'.repeat(300)}`)).toEqual(nothing);
});

test('a span is a moment when it is asked; a moment and a number are themselves', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  expect(sinceInput('day', now)).toBe('2026-11-28T12:00:00.000Z');
  expect(sinceInput(17, now)).toBe(17);
});
