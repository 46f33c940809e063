import { validate as isUuid } from 'uuid';
import type { Refusal } from '../../../core/access/refusal';

/** The last row of a page of a list in the order of name, then id. */
export type NamePlace = { name: string; id: string };

/** An opaque cursor for what follows. */
export function makeCursor({ name, id }: NamePlace): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

/** Place a cursor points to, undefined without one; or the refusal of a text that is no cursor. */
export function readCursor(
  cursor: string | undefined
): { after: NamePlace | undefined } | { refused: Refusal } {
  if (cursor === undefined) return { after: undefined };
  const after = parseCursor(cursor);
  return after
    ? { after }
    : { refused: { code: 'input/invalid', field: 'cursor', message: 'This is not a cursor of this list.' } };
}

function parseCursor(cursor: string): NamePlace | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parsed) || typeof parsed[0] !== 'string' || typeof parsed[1] !== 'string') return null;
    const [name, id] = parsed;
    return isUuid(id) && !name.includes('\0') ? { name, id } : null;
  } catch {
    return null;
  }
}
