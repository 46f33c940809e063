import { expect, test } from 'vitest';
import { NOTICES, type NoticeKind } from '../../../core/settings/notices';
import { compose } from './compose';
import { delaySeconds } from './send-due';
import type { MailFacts } from './template-words';
import { mailText } from './templates';
import { problemIn } from './transport';

const FACTS: MailFacts = {
  brand: 'Northwind',
  origin: 'https://rolecall.example.com',
  name: 'Priya',
  email: 'priya@northwind.example',
  link: 'https://rolecall.example.com/invitation#token',
  moment: (iso) => `<${iso}>`
};
const KINDS = Object.keys(NOTICES) as NoticeKind[];
const FULL = {
  ...{ by: 'Maya', role: 'Support', email: 'new@northwind.example', from: '2026-01-01T00:00:00.000Z' },
  ...{
    until: '2026-01-01T00:00:00.000Z',
    to: 'Tomás',
    ip: '203.0.113.7',
    failures: '7',
    userAgent: 'curl/8'
  },
  ...{ sections: 'twoFactor, sessions', command: 'make-super', name: 'Priya', user: 'root', invitation: 'op' }
};

test.each(KINDS)('[ADM-6] %s has words, whatever is known of it', (kind) => {
  for (const [data, link] of [
    [FULL, FACTS.link],
    [{}, null],
    [Object.fromEntries(Object.keys(FULL).map((key) => [key, null])), null]
  ] as const) {
    const { subject, paragraphs, action } = mailText(kind, data, { ...FACTS, link });
    const all = [subject, ...paragraphs, action?.label ?? '', action?.href ?? ''].join('\n');
    expect(all).not.toMatch(/undefined|null|\[object|NaN/);
    expect(subject).toContain('Northwind');
    expect(paragraphs.join(' ').length).toBeGreaterThan(20);
    // The name of an operation is part of how a link is made: it is told to nobody.
    expect(all).not.toContain('"op"');
    if (action) expect(action.href).toMatch(/^https:\/\/rolecall\.example\.com\//);
  }
});

test('[TEN-6] a user is told who looked at its account, and why', () => {
  const { subject, paragraphs, action } = mailText(
    'signed-in-as',
    { by: 'Maya Lindqvist', reason: 'Ticket 2281' },
    FACTS
  );
  expect(subject).toBe('Maya Lindqvist signed in to your account at Northwind');
  expect(paragraphs.join(' ')).toMatch(
    /Maya Lindqvist of Northwind .*to look at it.*The reason: Ticket 2281/
  );
  expect(action).toEqual({ label: 'See your log', href: 'https://rolecall.example.com/logs' });
});

test('a link is there only while it can be used', () => {
  expect(mailText('password-reset', FULL, FACTS).action?.href).toBe(FACTS.link);
  expect(mailText('password-reset', FULL, { ...FACTS, link: null }).action?.href).toBe(
    'https://rolecall.example.com/sign-in'
  );
});

test('names are text in both parts, never markup', () => {
  const evil = `<img src=x onerror="alert('1')"> & co`;
  const text = mailText('suspended', { by: evil }, { ...FACTS, brand: evil });
  const { html, text: plain } = compose(text, { name: evil, brand: evil });
  expect(html).not.toContain('<img');
  expect(html).not.toContain(`onerror="`);
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; co');
  expect(plain).toContain(evil);
});

test('the waits between tries double from a minute to six hours', () => {
  expect([1, 2, 3, 4].map(delaySeconds)).toEqual([60, 120, 240, 480]);
  expect(delaySeconds(10)).toBe(6 * 3600);
  expect(delaySeconds(1000)).toBe(6 * 3600);
});

test('[O-03] what a server says is told on one short line, without the password', () => {
  const said = new Error(`535 5.7.8 Bad\r\n\tlogin: p4ss-word ${btoa('p4ss-word')} ${'x'.repeat(500)}`);
  const problem = problemIn(said, 'p4ss-word');
  expect(problem).not.toContain('p4ss-word');
  expect(problem).not.toContain(btoa('p4ss-word'));
  expect(problem).toMatch(/^535 5\.7\.8 Bad login: … …/);
  expect(problem.length).toBeLessThanOrEqual(200);
  expect(problem).not.toMatch(/[\r\n]/);
});

test('[QUO-9] [QUO-10] a mail of a cap leads to whose it is, and says of a watched one what would have been stopped', () => {
  const cap = { name: 'Relay', cap: 'Daily limit', used: '100', limit: '100', percent: '100' };
  const of = (data: Record<string, string>) => mailText('cap-near-of', { ...cap, ...data }, FACTS);
  const href = (data: Record<string, string>) =>
    of(data).action!.href.replace('https://rolecall.example.com', '');
  expect(href({ of: 'application', id: 'a1' })).toBe('/applications/a1');
  expect(href({ of: 'administrator', id: 'p1' })).toBe('/administrators/p1');
  expect(href({ of: 'user', id: 'u1' })).toBe('/users/u1');
  expect(href({ of: 'platform', id: 'platform' })).toBe('/sending');
  // As it was told before it said whose.
  expect(href({})).toBe('/administrators');
  expect(of({ of: 'platform' }).paragraphs[0]).toBe('Daily limit of everyone together: 100 of 100.');
  for (const kind of ['cap-near', 'cap-near-of'] as const) {
    const words = (watched: object) => mailText(kind, { ...cap, ...watched }, FACTS).paragraphs.join(' ');
    expect(words({ watched: 'yes' })).toMatch(/would have been stopped/);
    expect(words({ watched: 'yes' })).not.toMatch(/refused/);
    expect(words({})).toMatch(/refused/);
  }
});
