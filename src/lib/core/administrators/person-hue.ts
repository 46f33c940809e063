/** How many hues there are for people (tokens p1 to p8). */
export const HUES = 8;

/** The hue a person has where nobody here has taken it: 1 to 8, stable for an id (FNV-1a). */
export function personHue(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % HUES) + 1;
}
