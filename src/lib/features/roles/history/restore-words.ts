import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import type { RefusedPart } from '$lib/core/roles/roles';
import { permissionName } from '$lib/core/wording/permissions';
import { refusalWords } from '$lib/core/wording/refusals';

/** One reason, and everything it kept out. */
export type RefusedGroup = { title: string; text: string; names: string[] };

const FIELDS: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  require2fa: '2FA requirement'
};

/** The refused parts of a restore by reason, in the order in which the reasons came up. */
export function refusedGroups(parts: readonly RefusedPart[], catalogue: CatalogueIndex): RefusedGroup[] {
  const groups = new Map<string, RefusedGroup>();
  for (const part of parts) {
    const { title, text } = wordsOf(part, catalogue);
    const group = groups.get(title) ?? { title, text, names: [] };
    groups.set(title, group);
    group.names.push(
      part.permission === undefined
        ? (FIELDS[part.field ?? ''] ?? 'The role')
        : permissionName(catalogue, part.permission)
    );
  }
  return [...groups.values()];
}

// Here the page and the server agree: the action itself is gone (ROL-11).
function wordsOf(refusal: Refusal, catalogue: CatalogueIndex): { title: string; text: string } {
  if (refusal.code === 'input/unknown-permission')
    return { title: 'It no longer exists', text: 'This action was removed from the catalogue.' };
  return refusalWords(refusal, catalogue);
}

/** "Contacts › Export, Contacts › Delete and 12 more". */
export function nameList(catalogue: CatalogueIndex, ids: readonly string[], most = 5): string {
  return cutList(
    ids.map((id) => permissionName(catalogue, id)),
    most
  );
}

/** A list of names that ends with "and 12 more" when it is long. */
export function cutList(names: readonly string[], most = 5): string {
  // One more fits where "and 1 more" would stand.
  if (names.length <= most + 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
