import { expect, test } from 'vitest';
import { entryBody, MAX_BODY_BYTES, type AuditEvent, type EntryHeader } from './entry';

const header: EntryHeader = {
  id: '0190c0de-0000-7000-8000-000000000001',
  at: '2026-11-22T05:00:01.000000Z',
  actor: { type: 'administrator', id: 'p1', name: 'Maya', sid: 's1', aal: 1, via: 'web' },
  req: 'r1',
  pii: 'ab'
};
const event: AuditEvent = {
  action: 'role.edited',
  target: { type: 'role', id: 'support', name: 'Support' },
  outcome: 'success'
};
const parse = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;

test('[LOG-1] an entry names when, who, what, on what, how it ended, and the request', () => {
  expect(parse(entryBody(header, event))).toEqual({
    v: 1,
    ...header,
    action: 'role.edited',
    target: event.target,
    outcome: 'success',
    change: []
  });
});

test('what is not known is left out, not null', () => {
  expect(Object.keys(parse(entryBody(header, event)))).toEqual(
    ['action', 'actor', 'at', 'change', 'id', 'outcome', 'pii', 'req', 'target', 'v'] // canonical order
  );
  const all = entryBody({ ...header, op: 'o1', claimedAt: header.at }, { ...event, reason: 'access/self' });
  expect(Object.keys(parse(all))).toEqual([
    'action',
    'actor',
    'at',
    'change',
    'claimed_at',
    'id',
    'op',
    'outcome',
    'pii',
    'reason',
    'req',
    'target',
    'v'
  ]);
});

test('no personal data are in the body: only the commitment to them', () => {
  const text = new TextDecoder().decode(entryBody(header, event));
  expect(text).not.toMatch(/ip|userAgent|email/);
});

test('a body is at most 64 KiB, counted in bytes', () => {
  const withText = (length: number) => ({ ...event, reason: 'é'.repeat(length) });
  expect(() => entryBody(header, withText(MAX_BODY_BYTES / 2))).toThrow(RangeError);
  expect(entryBody(header, withText(MAX_BODY_BYTES / 2 - 300)).length).toBeLessThanOrEqual(MAX_BODY_BYTES);
});
