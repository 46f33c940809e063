import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from './bytes.mjs';

// Signed notes and checkpoints as C2SP describes them: signed-note, tlog-checkpoint.

/** @typedef {{ vkey: string, name: string, keyId: string, publicKey: import('node:crypto').KeyObject }} Key */
/**
 * @typedef {{ origin: string, size: number, root: Buffer, text: string, signatures: { name: string, keyId: string,
 * bytes: Buffer }[] }} Checkpoint
 */

const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** @param {string} text @returns {Buffer | null} null for anything but padded standard base64 */
export function base64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** @param {string} vkey @returns {Key | null} */
export function readKey(vkey) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey);
  const bytes = parts ? base64(parts[3] ?? '') : null;
  if (!parts || bytes?.length !== 33 || bytes[0] !== 1) return null;
  const [, name = '', keyId = ''] = parts;
  const expected = sha256(Buffer.from(name), Buffer.of(0x0a), bytes).toString('hex', 0, 4);
  if (expected !== keyId) return null;
  const der = Buffer.concat([SPKI_HEAD, bytes.subarray(1)]);
  return { vkey, name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** @param {string} note @returns {Checkpoint | null} */
export function readCheckpoint(note) {
  const parts = /^(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n)\n((?:— [^\s+]+ \S+\n)+)$/u.exec(note);
  if (!parts) return null;
  const [, text = '', origin = '', digits = '', encoded = '', lines = ''] = parts;
  const root = base64(encoded);
  const size = Number(digits);
  if (root?.length !== 32 || !Number.isSafeInteger(size)) return null;
  const signatures = [];
  for (const line of lines.trimEnd().split('\n')) {
    const [, name = '', signature = ''] = line.split(' ');
    const bytes = base64(signature);
    if (!bytes || bytes.length <= 4) return null;
    signatures.push({ name, keyId: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) });
  }
  return { origin, size, root, text, signatures };
}

/** @param {Checkpoint} checkpoint @param {Key} key */
export function isSignedBy(checkpoint, key) {
  return checkpoint.signatures.some(
    ({ name, keyId, bytes }) =>
      name === key.name &&
      keyId === key.keyId &&
      bytes.length === 64 &&
      verify(null, Buffer.from(checkpoint.text), key.publicKey, bytes)
  );
}
