// Writes the ids of the shipped permission catalogue as a type: `node scripts/permission-ids.mjs` after a change of
// the catalogue.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../src/lib/core/access/catalogue/', import.meta.url);
const FILE = new URL('permission-ids.ts', FOLDER);

/**
 * The file's text for a catalogue.
 * @param {{ areas: { groups: { actions: { id: string }[] }[] }[] }} catalogue
 */
export function permissionIds(catalogue) {
  const ids = catalogue.areas.flatMap(({ groups }) =>
    groups.flatMap(({ actions }) => actions.map(({ id }) => id))
  );
  return `// Made by scripts/permission-ids.mjs from permissions.json: do not edit.

/**
 * An id of the catalogue that ships, for permissions that the program itself asks for. What comes from outside, or
 * from an installation's own catalogue, is a string.
 */
export type PermissionId =
${ids.map((id) => `  | '${id}'`).join('\n')};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(FILE, permissionIds(JSON.parse(readFileSync(new URL('permissions.json', FOLDER), 'utf8'))));
