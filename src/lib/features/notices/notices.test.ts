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
