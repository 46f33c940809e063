// Which permissions a role holds, short enough for a list of hundreds of roles: four permissions to a hexadecimal
// digit.

/**
 * A mask of those held, in the order of `ids`, the first one in the highest bit: of five ids with the first and the
 * last held "88".
 */
export function packHeld(ids: readonly string[], held: ReadonlySet<string>): string {
  let text = '';
  for (let at = 0; at < ids.length; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) if (held.has(ids[at + bit] ?? '')) digit |= 8 >> bit;
    text += digit.toString(16);
  }
  return text;
}

/** A mask after permissions were granted or taken away; null when it is not one of these ids. */
export function changeHeld(
  ids: readonly string[],
  mask: string,
  changes: Iterable<readonly [id: string, on: boolean]>
): string | null {
  if (!isMaskOf(ids, mask)) return null;
  let changed = mask;
  for (const [id, on] of changes) {
    const at = ids.indexOf(id);
    if (at < 0) continue;
    const digit = at >> 2;
    const bit = 8 >> (at & 3);
    const before = Number.parseInt(changed[digit]!, 16);
    const after = on ? before | bit : before & ~bit;
    changed = changed.slice(0, digit) + after.toString(16) + changed.slice(digit + 1);
  }
  return changed;
}

/**
 * Those held by a mask; null when it is not one of these ids, as one that another version of the catalogue has
 * written.
 */
export function unpackHeld(ids: readonly string[], mask: string): ReadonlySet<string> | null {
  if (!isMaskOf(ids, mask)) return null;
  return new Set(ids.filter((_, at) => Number.parseInt(mask[at >> 2]!, 16) & (8 >> (at & 3))));
}

function isMaskOf(ids: readonly string[], mask: string): boolean {
  return mask.length === Math.ceil(ids.length / 4) && /^[0-9a-f]*$/.test(mask);
}
