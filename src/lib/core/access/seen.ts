/** Versions that the author of an edit had on screen. */
export type SeenVersions = {
  /** The version of the record. */
  seen: number;
  /** Parts (permissions, fields) of which they knew another version: edits made one after the other travel together. */
  seenParts?: Readonly<Record<string, number>> | undefined;
};

/** The version of one part that its author had seen. A conflict is what happened to it later (LIV-6, LIV-7). */
export function seenOf({ seen, seenParts }: SeenVersions, part: string): number {
  return seenParts !== undefined && Object.hasOwn(seenParts, part) ? seenParts[part]! : seen;
}
