import { hash } from 'node:crypto';

// The bytes that are hashed (docs/log-format.md), written down a second time on purpose: this folder shares no code
// with the program whose log it judges.

/** @typedef {Buffer} Hash */

/** @param {...Uint8Array} parts @returns {Hash} */
export function sha256(...parts) {
  return hash('sha256', parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts), 'buffer');
}

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);
const LINK = Buffer.of(0x02);
const START = Buffer.of(0x03);
const PERSONAL = Buffer.of(0x04);

/** @param {Uint8Array} body */
export const leafHash = (body) => sha256(LEAF, body);

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(NODE, left, right);

/** @param {number} seq @param {Uint8Array} previous @param {Uint8Array} leaf */
export function chainHash(seq, previous, leaf) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return sha256(LINK, number, previous, leaf);
}

/** @param {string} origin */
export const chainStart = (origin) => sha256(START, Buffer.from(origin));

/** @param {Uint8Array} salt @param {Uint8Array} doc */
export const personalHash = (salt, doc) => sha256(PERSONAL, salt, doc);
