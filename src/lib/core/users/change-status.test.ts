import { describe, expect, test } from 'vitest';
import type { Actor } from '../access/access';
import { closingEnds, decideClose, decideReactivate, decideSuspend, isClosed } from './change-status';
import type { StoredStatus } from './user-status';

const NOW = Date.UTC(2026, 10, 29, 12);
const stored = (change: Partial<StoredStatus> = {}): StoredStatus & { reason: string | null } => ({
  ...{ status: 'active', suspendedUntil: null, closesAt: null, reason: null },
  ...change
});
const actor = (...permissions: string[]): Actor => ({
  ...{ id: 'me', name: 'Me', owner: false, roleId: 'mine' },
  permissions: new Set(permissions)
});
const mayLetIn = actor('tenants.users.activate');

describe('[TEN-1] [TEN-7] the steps between the statuses of a user', () => {
  test('a suspension with an end must end later than now', () => {
    for (const until of [NOW, NOW - 1])
      expect(decideSuspend(mayLetIn, stored(), { reason: 'r', until }, NOW)).toMatchObject({
        refused: { code: 'input/invalid', field: 'until' }
      });
    expect(decideSuspend(mayLetIn, stored(), { reason: 'r', until: NOW + 1 }, NOW)).toBe('change');
  });

  test('the same suspension changes nothing; another reason or end, or one that is over, does', () => {
    const suspended = { ...stored({ status: 'suspended', suspendedUntil: NOW + 9 }), reason: 'r' };
    expect(decideSuspend(mayLetIn, suspended, { reason: 'r', until: NOW + 9 }, NOW)).toBe('unchanged');
    expect(decideSuspend(mayLetIn, suspended, { reason: 'other', until: NOW + 9 }, NOW)).toBe('change');
    expect(decideSuspend(mayLetIn, suspended, { reason: 'r', until: null }, NOW)).toBe('change');
    const over = { ...suspended, suspendedUntil: NOW };
    expect(decideSuspend(mayLetIn, over, { reason: 'r', until: null }, NOW)).toBe('change');
  });

  test('who may not let anybody in does not end a suspension sooner either', () => {
    const open = { ...stored({ status: 'suspended' }), reason: 'r' };
    const until = (end: number | null, from = open) =>
      decideSuspend(actor(), from, { reason: 'r', until: end }, NOW);
    const missing = { refused: { code: 'access/permission-required', permission: 'tenants.users.activate' } };
    expect(until(NOW + 1)).toEqual(missing);
    const ending = { ...open, suspendedUntil: NOW + 9 };
    expect(until(NOW + 8, ending)).toEqual(missing);
    expect(until(NOW + 10, ending)).toBe('change');
    expect(until(null, ending)).toBe('change');
    expect(decideSuspend(mayLetIn, open, { reason: 'r', until: NOW + 1 }, NOW)).toBe('change');
  });

  test('who is being closed is not suspended, and is let in again only by those who may close', () => {
    const closing = stored({ status: 'closing', closesAt: NOW + 1 });
    expect(decideSuspend(mayLetIn, closing, { reason: 'r', until: null }, NOW)).toMatchObject({
      refused: { field: 'id' }
    });
    expect(decideReactivate(actor('tenants.users.activate'), closing)).toEqual({
      refused: { code: 'access/permission-required', permission: 'tenants.users.close' }
    });
    expect(decideReactivate(actor('tenants.users.close'), closing)).toBe('change');
  });

  test('who is active is let in already; who is being closed goes on being closed', () => {
    expect(decideReactivate(actor(), stored())).toBe('unchanged');
    expect(decideReactivate(actor(), stored({ status: 'suspended' }))).toBe('change');
    expect(decideClose(stored({ status: 'closing', closesAt: NOW }))).toBe('unchanged');
    expect(decideClose(stored({ status: 'suspended' }))).toBe('change');
  });

  test('[LIV-6] a step made without knowledge of the last one does not undo it, but whoever is active is suspended', () => {
    const change = { seq: 5, by: 'Ann', at: '2026-11-29T11:00:00Z' };
    const conflict = (yours: string, theirs: string) => ({
      refused: {
        code: 'conflict/changed-since',
        field: 'status',
        yours,
        theirs,
        by: 'Ann',
        at: change.at,
        version: 5
      }
    });
    const suspended = { ...stored({ status: 'suspended' }), reason: 'r' };
    const known = (seen?: number) => ({ seen, change });
    expect(decideReactivate(mayLetIn, suspended, known(4))).toEqual(conflict('active', 'suspended'));
    expect(decideReactivate(mayLetIn, suspended, known(5))).toBe('change');
    // Asked for without a version, it is asked for whatever happened.
    expect(decideReactivate(mayLetIn, suspended, known())).toBe('change');
    expect(decideReactivate(mayLetIn, suspended, { seen: 4 })).toBe('change');
    expect(decideReactivate(mayLetIn, stored(), known(4))).toBe('unchanged');
    expect(decideClose(stored(), known(4))).toEqual(conflict('closing', 'active'));
    expect(decideClose(stored(), known(5))).toBe('change');
    const other = { reason: 'other', until: null };
    expect(decideSuspend(mayLetIn, suspended, { ...other, ...known(4) }, NOW)).toEqual(
      conflict('suspended', 'suspended')
    );
    expect(decideSuspend(mayLetIn, suspended, { ...other, ...known(5) }, NOW)).toBe('change');
    expect(decideSuspend(mayLetIn, stored(), { ...other, ...known(4) }, NOW)).toBe('change');
  });

  test('a closing takes 30 days, and is over then whether it was written or not', () => {
    const closesAt = closingEnds(NOW);
    expect(closesAt - NOW).toBe(30 * 86_400_000);
    expect(isClosed(stored({ status: 'closing', closesAt }), closesAt - 1)).toBe(false);
    expect(isClosed(stored({ status: 'closing', closesAt }), closesAt)).toBe(true);
  });
});
