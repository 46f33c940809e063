// The bytes that are hashed (SECURITY 5.2). The first byte separates the domains; the hash itself is the caller's.

/** Leaf: `H(0x00 ‖ body)` (RFC 6962). */
export function leafInput(body: Uint8Array): Uint8Array {
  return concat([0x00], body);
}

/** Interior node: `H(0x01 ‖ left ‖ right)` (RFC 6962). */
export function nodeInput(left: Uint8Array, right: Uint8Array): Uint8Array {
  return concat([0x01], left, right);
}

/** Chain: `C_n = H(0x02 ‖ uint64be(n) ‖ C_{n−1} ‖ L_n)`, n from 1. */
export function chainInput(n: number, previous: Uint8Array, leaf: Uint8Array): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(n));
  return concat([0x02], number, previous, leaf);
}

/** Start of the chain: `C_0 = H(0x03 ‖ origin)`. */
export function chainStartInput(origin: string): Uint8Array {
  return concat([0x03], new TextEncoder().encode(origin));
}

/** Commitment to personal data: `H(0x04 ‖ salt ‖ bytes)`, salt of 16 bytes. */
export function personalDataInput(salt: Uint8Array, bytes: Uint8Array): Uint8Array {
  return concat([0x04], salt, bytes);
}

function concat(...parts: ArrayLike<number>[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
