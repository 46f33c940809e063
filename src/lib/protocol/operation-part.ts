import { v5 as uuidv5 } from 'uuid';

/**
 * The operation id of one part of an operation: the same part has the same id whenever it is asked for again, and by
 * whatever way.
 */
export function partOf(op: string, part: string): string {
  return uuidv5(part, op);
}
