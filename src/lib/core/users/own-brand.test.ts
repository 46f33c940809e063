import { expect, test } from 'vitest';
import { brandInForce, NO_BRAND } from './own-brand';

const NORTHWIND = { name: 'Northwind Mail', accent: '#1d5bb8', logo: 'data:image/png;base64,AAAA' };

test('[TEN-5] a user without a brand of its own wears the installation’s', () => {
  expect(brandInForce(NORTHWIND, NO_BRAND)).toEqual({ ...NORTHWIND, own: false });
});

test('[TEN-5] each part that is set is the user’s own, the others are the installation’s', () => {
  const parts = { name: 'Orchard', accent: '#7438ac', logo: 'data:image/png;base64,BBBB' };
  for (const part of ['name', 'accent', 'logo'] as const)
    expect(brandInForce(NORTHWIND, { ...NO_BRAND, [part]: parts[part] })).toEqual({
      ...NORTHWIND,
      [part]: parts[part],
      own: part !== 'accent'
    });
  expect(brandInForce(NORTHWIND, parts)).toEqual({ ...parts, own: true });
  expect(brandInForce({ ...NORTHWIND, accent: null, logo: null }, { ...NO_BRAND, name: 'Orchard' })).toEqual({
    ...{ name: 'Orchard', accent: null, logo: null, own: true }
  });
});
