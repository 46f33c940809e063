import { describe, expect, test } from 'vitest';
import { whyNot } from './person-rights';

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
    (deed) => {
      const barred = { code: 'access/not-dominated' } as const;
      expect(whyNot(deed, { can: all, barred })).toEqual(barred);
      expect(whyNot(deed, { can: all, barred: null })).toBeNull();
    }
  );

  test('[ACC-4] of oneself only the name, the address and a stricter second factor', () => {
    const barred = { code: 'access/self' } as const;
    expect(whyNot('edit', { can: all, barred })).toBeNull();
    expect(whyNot('require2fa', { can: all, barred })).toBeNull();
    for (const deed of ['role', 'caps', 'suspend', 'reset2fa', 'deleteSoft'] as const)
      expect(whyNot(deed, { can: all, barred })).toEqual(barred);
  });
});
