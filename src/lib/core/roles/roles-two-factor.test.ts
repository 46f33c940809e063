import { describe, expect, test } from 'vitest';
import { NOTHING, actor, AT, edit, role, versioned } from '../../../../tests/support/role-decisions';
import type { RoleEdit, RoleState } from './roles';

describe('requiring two factors', () => {
  test('requiring two factors of a role takes a permission of its own', () => {
    expect(edit({ require2fa: true }, { by: actor(['x.a']) })).toEqual({
      ...NOTHING,
      parts: [
        { code: 'access/permission-required', permission: 'people.roles.require_2fa', field: 'require2fa' }
      ]
    });
  });

  test('always applies; loosening does so only with knowledge of the tightening', () => {
    expect(edit({ seen: 0, require2fa: true }, { of: role({ require2fa: versioned(false, 9) }) })).toEqual({
      ...NOTHING,
      fields: { require2fa: true }
    });
    const tightened = role({ require2fa: versioned(true, 9) });
    expect(edit({ seen: 8, require2fa: false }, { of: tightened })).toEqual({
      ...NOTHING,
      parts: [
        {
          code: 'conflict/changed-since',
          field: 'require2fa',
          yours: false,
          theirs: true,
          by: 'Priya',
          at: AT,
          version: 9
        }
      ]
    });
    expect(edit({ seen: 9, require2fa: false }, { of: tightened })).toEqual({
      ...NOTHING,
      fields: { require2fa: false }
    });
  });

  test('[ACC-4] nobody loosens what is asked of themselves; tightening it is allowed', () => {
    const own = { id: 'mine', hasMembers: true };
    expect(edit({ require2fa: false }, { of: role({ ...own, require2fa: versioned(true) }) })).toEqual({
      ...NOTHING,
      parts: [{ code: 'access/self', field: 'require2fa' }]
    });
    expect(edit({ require2fa: true }, { of: role(own) })).toEqual({
      ...NOTHING,
      fields: { require2fa: true }
    });
  });
});

describe('[AUT-2] a requirement of two factors from a date on', () => {
  const MARCH = '2027-03-01T00:00:00.000Z';
  const MAY = '2027-05-01T00:00:00.000Z';
  const required = (from: string | null) => ({
    ...role({ require2fa: versioned(true, 9) }),
    require2faFrom: from
  });
  const fields = (change: Partial<RoleEdit>, of: RoleState) => {
    const decision = edit({ seen: 0, ...change }, { of });
    return 'refused' in decision
      ? decision.refused
      : { ...decision.fields, parts: decision.parts.map((p) => p.code) };
  };

  test('a requirement from a date on begins together with its switch', () => {
    expect(fields({ require2fa: true, require2faFrom: MAY }, role())).toEqual({
      require2fa: true,
      require2faFrom: MAY,
      parts: []
    });
  });

  test('an earlier one always applies, a later one not in ignorance of the present one', () => {
    expect(fields({ require2fa: true, require2faFrom: MARCH }, required(MAY))).toMatchObject({
      require2faFrom: MARCH
    });
    expect(fields({ require2fa: true, require2faFrom: null }, required(MAY))).toMatchObject({
      require2faFrom: null
    });
    expect(fields({ require2fa: true, require2faFrom: MAY }, required(MARCH))).toEqual({
      parts: ['conflict/changed-since']
    });
    expect(fields({ seen: 9, require2fa: true, require2faFrom: MAY }, required(MARCH))).toMatchObject({
      require2faFrom: MAY
    });
  });

  test('asking for what is asked for already changes no date; asking no more takes it away', () => {
    expect(fields({ require2fa: true }, required(MAY))).toEqual({ parts: [] });
    expect(fields({ seen: 9, require2fa: false }, required(MAY))).toEqual({
      require2fa: false,
      require2faFrom: null,
      parts: []
    });
  });

  test('[ACC-4] nobody puts off what is asked of themselves', () => {
    const own = { ...required(MARCH), id: actor([]).roleId };
    expect(fields({ seen: 9, require2fa: true, require2faFrom: MAY }, own)).toEqual({
      parts: ['access/self']
    });
  });
});
