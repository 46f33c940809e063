import { expect, test } from 'vitest';
import { CopiedRoles, type CopiedPermission } from './copied-roles.ts';

// [DEC-5] A copy keeps no more by id than it has room for.

/** A catalogue that counts how often it is asked: of what a role keeps by id it never is. */
class Counted extends Map<string, CopiedPermission> {
  looks = 0;
  override get(id: string) {
    this.looks += 1;
    return super.get(id);
  }
}

const catalogue = new Counted(
  ['a', 'b', 'c', 'd', 'e', 'f'].map((id, place) => [id, { place, isOwnerOnly: false, sends: false }])
);
/** The first three of the catalogue, or the last three. */
const FIRST = Buffer.of(0b000111).toString('base64');
const LAST = Buffer.of(0b111000).toString('base64');

function isKept(roles: CopiedRoles, id: string, bits = FIRST): boolean {
  const role = roles.get(id)!;
  catalogue.looks = 0;
  for (const [known, permission] of catalogue) {
    const isHeld = permission.place < 3 === (bits === FIRST);
    expect(role.permission(known)).toBe(isHeld ? permission : undefined);
  }
  return catalogue.looks === 0;
}

test('a role that goes or is replaced gives its room back once, and answers stay the same without room', () => {
  const roles = new CopiedRoles(catalogue, 5);
  roles.set('one', FIRST);
  roles.set('two', FIRST);
  expect([isKept(roles, 'one'), isKept(roles, 'two')]).toEqual([true, false]);
  for (let round = 0; round < 3; round++) {
    roles.set('one', round % 2 ? FIRST : LAST);
    expect(isKept(roles, 'one', round % 2 ? FIRST : LAST)).toBe(true);
  }
  roles.delete('one');
  roles.delete('one');
  roles.delete('two');
  roles.set('three', FIRST);
  roles.set('four', LAST);
  expect([isKept(roles, 'three'), isKept(roles, 'four', LAST)]).toEqual([true, false]);
});

test('a role that was let go before it changed takes no room any more', () => {
  const roles = new CopiedRoles(catalogue, 5);
  roles.set('one', FIRST);
  const before = roles.get('one')!;
  expect(before.permission('a')).toBeDefined();
  roles.set('one', LAST);
  // Somebody still looks at what it was.
  expect(before.permission('a')).toBeDefined();
  roles.set('two', FIRST);
  expect([isKept(roles, 'one', LAST), isKept(roles, 'two')]).toEqual([true, false]);
  roles.delete('one');
  roles.set('three', FIRST);
  expect(isKept(roles, 'three')).toBe(true);
});
