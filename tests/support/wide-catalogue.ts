import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import shipped from '../../src/lib/core/access/catalogue/permissions.json';

/** The shipped catalogue and many more actions beside it, as a file. */
export type WideCatalogue = { file: string; ids: string[]; [Symbol.dispose](): void };

export function wideCatalogue(actions: number): WideCatalogue {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-catalogue-'));
  const file = join(folder, 'catalogue.json');
  const more = Array.from({ length: actions }, (_, n) => ({
    id: `extras.actions.number_${n}`,
    label: `Action ${n}`,
    kind: 'read'
  }));
  const area = {
    id: 'extras',
    label: 'Extras',
    groups: [{ id: 'extras.actions', label: 'Actions', actions: more }]
  };
  writeFileSync(file, JSON.stringify({ ...shipped, areas: [...shipped.areas, area] }));
  return {
    file,
    ids: more.map(({ id }) => id),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true })
  };
}
