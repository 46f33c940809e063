/** Number of hues for people (tokens p1 to p8). */
const HUES = 8;

/** The hue of a person, 1 to 8, of their id alone (FNV-1a): the same for every viewer and on every page. */
export function personHue(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % HUES) + 1;
}
