import { expect, test } from 'vitest';
import { CAPS, inheritAll } from './caps';

test('[ADM-2] the caps are a list, and nothing is set to begin with', () => {
  expect(CAPS.map((cap) => cap.id)).toEqual(['hourly', 'daily', 'monthly', 'threads']);
  expect(Object.keys(inheritAll())).toEqual(CAPS.map((cap) => cap.id));
  expect(new Set(Object.values(inheritAll()))).toEqual(new Set(['inherit']));
});
