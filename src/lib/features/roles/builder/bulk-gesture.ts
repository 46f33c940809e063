/** Many permissions ticked or unticked at once. `where` ends the sentence about it: "in Support". */
export type BulkGesture = { ids: readonly string[]; on: boolean; where: string };

const FEW_PERMISSIONS = 10;
const FEW_MEMBERS = 5;

/**
 * True if a change of so many permissions is asked about first (UX-7): undo comes too late for many people whose
 * work stops. Small changes stay instant, and so does work on a role that hardly anyone has.
 */
export function asksFirst(changes: number, members: number): boolean {
  return changes > FEW_PERMISSIONS && members > FEW_MEMBERS;
}
