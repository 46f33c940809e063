/**
 * A random whole number from 0 to below `end` (at most 256), each as likely as the others: from the system's own
 * source.
 */
export function secureBelow(end: number): number {
  const fair = 256 - (256 % end);
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte! < fair) return byte! % end;
  }
}
