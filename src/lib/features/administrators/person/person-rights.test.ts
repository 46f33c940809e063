import { describe, expect, test } from 'vitest';
import { whyNot, whyNotCap } from './person-rights';

const all = () => true;
const none = () => false;

describe('[ACC-7] what may not be done to an account has a reason', () => {
  test('the missing permission comes first: it is what can be granted', () => {
    expect(whyNot('suspend', { can: none, barred: { code: 'access/owner' } })).toEqual({
      code: 'access/permission-required',
      permission: 'people.administrators.suspend'
    });
  });

  test.each(['suspend', 'role', 'resetPassword', 'deleteHard'] as const)(
    '%s of a stronger person is barred',
    (command) => {
      const barred = { code: 'access/not-dominated' } as const;
      expect(whyNot(command, { can: all, barred })).toEqual(barred);
      expect(whyNot(command, { can: all, barred: null })).toBeNull();
    }
  );

  test('[ACC-4] of oneself only the name, the address and a stricter second factor', () => {
    const barred = { code: 'access/self' } as const;
    expect(whyNot('edit', { can: all, barred })).toBeNull();
    expect(whyNot('require2fa', { can: all, barred })).toBeNull();
    for (const command of ['role', 'caps', 'suspend', 'stop2fa', 'reset2fa', 'deleteSoft'] as const)
      expect(whyNot(command, { can: all, barred })).toEqual(barred);
  });

  test('[ADM-12] giving a cap and taking it away are two permissions; either one opens the caps', () => {
    const [set, clear] = ['quotas.admin_quota.set', 'quotas.admin_quota.clear'];
    const missing = (permission: string) => ({ code: 'access/permission-required', permission });
    const only = (held: string) => ({ can: (permission: string) => permission === held, barred: null });
    for (const setting of [0, 500, 'unlimited'] as const) {
      expect(whyNotCap(setting, only(set))).toBeNull();
      expect(whyNotCap(setting, only(clear))).toEqual(missing(set));
    }
    expect(whyNotCap('inherit', only(clear))).toBeNull();
    expect(whyNotCap('inherit', only(set))).toEqual(missing(clear));
    expect([whyNot('caps', only(set)), whyNot('caps', only(clear))]).toEqual([null, null]);
    expect(whyNot('caps', { can: none, barred: null })).toEqual(missing(set));
  });
});
