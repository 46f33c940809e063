import { expect, test } from 'vitest';
import { accountGate, type GatedAccount } from './account-gate';

const NOW = Date.parse('2026-04-01T12:00:00Z');
const earlier = new Date(NOW - 1);
const later = new Date(NOW + 1);
const account = (more: Partial<GatedAccount>): GatedAccount => ({
  ...{ kind: 'user', status: 'active', suspendedUntil: null, closesAt: null, deletedAt: null },
  ...more
});

test('[TEN-7] whoever is active may act, and whoever is gone or suspended may not', () => {
  expect(accountGate(account({}), NOW)).toBe('open');
  expect(accountGate(account({ deletedAt: earlier }), NOW)).toBe('barred');
  expect(accountGate(account({ status: 'suspended' }), NOW)).toBe('barred');
  expect(accountGate(account({ kind: 'administrator', status: 'suspended' }), NOW)).toBe('barred');
  expect(accountGate(account({ status: 'closed', closesAt: earlier }), NOW)).toBe('barred');
});

test('[TEN-7] a suspension with an end is over then, and a closing closes, whether or not that was written', () => {
  expect(accountGate(account({ status: 'suspended', suspendedUntil: later }), NOW)).toBe('barred');
  expect(accountGate(account({ status: 'suspended', suspendedUntil: earlier }), NOW)).toBe('open');
  expect(accountGate(account({ status: 'closing', closesAt: later }), NOW)).toBe('closing');
  expect(accountGate(account({ status: 'closing', closesAt: earlier }), NOW)).toBe('barred');
});
