import { expect, test } from 'vitest';
import { NOTICES, type NoticeData, type NoticeKind } from '$lib/core/settings/notices';
import { noticeWords } from './notices';

const DATA: NoticeData[] = [
  {},
  { by: null, ip: null },
  { by: 'Maya', ip: '203.0.113.7', until: '2026-11-25T10:00:00Z' }
];
const KINDS = Object.keys(NOTICES) as NoticeKind[];

test.each(KINDS)('[OWN-3] %s: words exactly where it is told on screen', (kind) => {
  for (const data of DATA) {
    const words = noticeWords({ kind, data });
    expect(words !== null).toBe(NOTICES[kind] !== 'mail');
    if (words) expect(`${words.title} ${words.text}`).not.toMatch(/undefined|null|Invalid Date/);
  }
});

const urgent = (kind: NoticeKind, data: NoticeData = {}) => noticeWords({ kind, data })?.urgent;

test('[OWN-3] news is no warning: what one did oneself, or on a known network, does not stand above every page', () => {
  for (const kind of [
    'two-factor-enabled',
    'two-factor-disabled',
    'password-changed',
    'recovery-code-used'
  ] as const)
    expect(urgent(kind)).toBe(false);
  expect(urgent('new-device', { ip: '203.0.113.7' })).toBe(false);
  expect(noticeWords({ kind: 'new-device', data: { device: 'Chrome on Linux' } })?.line).toBe(
    'New sign-in, Chrome on Linux'
  );
  expect(urgent('new-device', { ip: '203.0.113.7', place: 'new' })).toBe(true);
  for (const kind of ['sign-in-after-failures', 'activation-void', 'log-inconsistent'] as const)
    expect(urgent(kind)).toBe(true);
});

test('[QUO-9] [QUO-10] an alert of a watched cap says what would have been stopped; one of everybody names everybody', () => {
  const cap = { name: 'Relay', cap: 'Daily limit', used: '100', limit: '100', percent: '100' };
  for (const kind of ['cap-near', 'cap-near-of'] as const) {
    expect(noticeWords({ kind, data: { ...cap, watched: 'yes' } })?.text).toMatch(/would have been stopped/);
    expect(noticeWords({ kind, data: cap })?.text).not.toMatch(/would have/);
  }
  const total = noticeWords({ kind: 'cap-near-of', data: { ...cap, name: 'Everyone', of: 'platform' } });
  expect(total?.title).toBe('A cap of everyone together is used up');
  expect(total?.text).toContain('Settings');
});
