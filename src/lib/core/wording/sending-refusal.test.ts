import { expect, test } from 'vitest';
import type { Binding } from '../quotas/binding';
import { smtpRefusal, type SendingRefusal } from './sending-refusal';

const binding: Binding = {
  ...{ layer: 'administrator', cap: 'daily', limit: 20_000, source: 'administrator', used: 20_000, held: 0 },
  ...{ remaining: 0, resetsAt: '2026-04-01T22:00:00.000Z' }
};
const say = (more: Partial<SendingRefusal>) =>
  smtpRefusal({
    ...{ why: { reason: 'cap' }, binding, sender: { name: 'Olga Müller', zone: 'Europe/Berlin' }, units: 3 },
    ...more
  });

test.each<[string, Partial<SendingRefusal>]>([
  ['451 4.7.1 Daily limit 20000 of Olga Muller (own cap) is reached, free again 2026-04-02 00:00 GMT+2', {}],
  [
    '451 4.7.1 Hourly rate 10 of Olga Muller (cap of the platform) has 2 left for 3 recipients, free again 2026-04-02 00:00 GMT+2',
    { binding: { ...binding, cap: 'hourly', limit: 10, source: 'platform', used: 8, remaining: 2 } }
  ],
  [
    '550 5.7.1 Daily limit 0 of Olga Muller (own cap): may not send',
    { binding: { ...binding, limit: 0, used: 0, resetsAt: null } }
  ],
  [
    '550 5.7.1 Daily limit 2 of Olga Muller (own cap): 3 recipients at once are too many',
    { binding: { ...binding, limit: 2, used: 0, remaining: 2, resetsAt: null } }
  ],
  ['550 5.7.1 Olga Muller is suspended and may not send', { why: { reason: 'suspended' } }],
  [
    '451 4.7.1 Olga Muller is suspended, free again 2026-04-02 00:00 GMT+2',
    { why: { reason: 'suspended', until: '2026-04-01T22:00:00.000Z' } }
  ],
  ['550 5.7.1 The account of Olga Muller is closed', { why: { reason: 'closed' } }],
  [
    '451 4.7.1 Daily limit 20000 of Olga Muller (cap of the package) is reached, free again 2026-04-02 00:00 GMT+2',
    { binding: { ...binding, layer: 'user', source: 'package' } }
  ],
  ['550 5.7.1 Olga Muller is deactivated and may not send', { why: { reason: 'deactivated' } }],
  [
    '451 4.7.1 No sender is known as ?@x.example',
    { why: { reason: 'unknown-subject' }, sender: { name: '李@x.example', zone: 'UTC' } }
  ],
  [
    '550 5.7.1 Sending of Olga Muller is paused by Rene: complaints?many',
    {
      why: {
        reason: 'paused',
        pause: { subject: 'administrator:o', reason: 'complaints\nmany', until: null, by: 'René' }
      }
    }
  ],
  [
    '451 4.7.1 All sending is paused by Maya: attack',
    { why: { reason: 'paused', pause: { subject: 'platform', reason: 'attack', until: null, by: 'Maya' } } }
  ]
])('[QUO-5] %s', (text, refusal) => {
  expect(say(refusal)).toBe(text);
});

test('[QUO-5] an answer is ASCII and has 200 characters at most, whatever people are called', () => {
  const long = 'Ł'.repeat(300);
  const text = say({
    why: {
      reason: 'paused',
      pause: { subject: 'administrator:o', reason: long, until: '2026-04-02T00:00:00Z', by: long }
    },
    sender: { name: long, zone: 'Pacific/Kiritimati' }
  });
  expect(text.length).toBeLessThanOrEqual(200);
  expect(text).toMatch(/^[\x20-\x7e]+$/);
});
