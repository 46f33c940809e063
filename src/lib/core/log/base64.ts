/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Strict: only what `toBase64` writes. Null for anything else. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    // Spaces, missing padding and stray bits at the end are other texts of the same bytes.
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
