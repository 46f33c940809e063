import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { permissionIds } from '../../scripts/permission-ids.mjs';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';

const ROOT = resolve(import.meta.dirname, '../..');

test('[ACC-6] the ids that the compiler knows are those of the catalogue: run scripts/permission-ids.mjs', () => {
  const file = join(ROOT, 'src/lib/core/access/catalogue/permission-ids.ts');
  expect(readFileSync(file, 'utf8')).toBe(permissionIds(shipped));
});
