import { canonicalJson, type Json } from '../../../core/log/canonical-json';
import { isHandedCommand } from '../../../core/commands';
import { requestedParts } from '../../../core/forwarding/handovers';
import { sha256 } from '../../auth/token';

/** Half a hash is enough to tell what one person asked for from what they did not. */
const PRINT_BYTES = 16;

/**
 * The prints of the single things that a request asks for, by which two requests for the same are known as such,
 * whoever made them and whatever they had on screen; null of what cannot be handed on. They are kept with the
 * answer in place of the request, which may hold an address.
 */
export function requestFingerprints(procedure: string, input: object): string[] | null {
  if (!isHandedCommand(procedure)) return null;
  const { id = null } = input as { id?: string | null };
  return requestedParts(procedure, input as Record<string, unknown>).map(([key, value]) =>
    sha256(canonicalJson([procedure, id, key, value] as Json))
      .subarray(0, PRINT_BYTES)
      .toString('base64url')
  );
}

/** True if a stored request asked for all of this. */
export function holdsFingerprints(
  stored: readonly string[] | null,
  prints: readonly string[] | null
): boolean {
  if (stored === null || prints === null || prints.length === 0) return false;
  const held = new Set(stored);
  return prints.every((print) => held.has(print));
}
