import { describe, expect, it } from 'vitest';
import { statusAt, type StoredStatus } from './user-status';

const at = (given: Partial<StoredStatus>, now: number) =>
  statusAt({ status: 'active', suspendedUntil: null, closesAt: null, ...given }, now);

describe('[TEN-7] the status of a user at a moment', () => {
  it('the status of a user at a moment is suspended until the end of the suspension, and active from then on', () => {
    expect(at({ status: 'suspended', suspendedUntil: 100 }, 99)).toBe('suspended');
    expect(at({ status: 'suspended', suspendedUntil: 100 }, 100)).toBe('active');
  });

  it('the status of a user at a moment stays suspended where no end was set', () => {
    expect(at({ status: 'suspended' }, Number.MAX_SAFE_INTEGER)).toBe('suspended');
  });

  it('the status of a user at a moment is closing until the closing is over, and closed from then on', () => {
    expect(at({ status: 'closing', closesAt: 100 }, 99)).toBe('closing');
    expect(at({ status: 'closing', closesAt: 100 }, 100)).toBe('closed');
  });

  it('never leaves closed, and an old end of a suspension means nothing to others', () => {
    expect(at({ status: 'closed', suspendedUntil: 1, closesAt: 1 }, 2)).toBe('closed');
    expect(at({ status: 'closing', suspendedUntil: 1, closesAt: 5 }, 2)).toBe('closing');
    expect(at({ status: 'active', suspendedUntil: 1 }, 2)).toBe('active');
  });
});
