import { fromBase64, toBase64 } from './base64';
import { equalBytes, type AnyHash } from './verify-proof';

// Signed notes (C2SP signed-note) and the checkpoints in them (C2SP tlog-checkpoint). Hashing and signing are the
// caller's.

/** Key of a signer: its name is the log's origin. */
export type NoteKey = { name: string; publicKey: Uint8Array };

export type NoteSignature = {
  name: string;
  keyId: Uint8Array;
  signature: Uint8Array;
};

export type SignedNote = { text: string; signatures: NoteSignature[] };

/** Contents of a checkpoint: the log of this name has so many entries, and this is the root over them. */
export type Checkpoint = { origin: string; size: number; root: Uint8Array };

/** Ed25519 over a message. */
export type Verify = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array
) => boolean | Promise<boolean>;

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HASH_BYTES = 32;
const MOST_SIGNATURES = 16;
// A name as the format allows it: no spaces, no plus.
const NAME = /^[^\s+]+$/u;

const encode = (text: string) => new TextEncoder().encode(text);

/** Input of the hash whose first four bytes are a key's id. */
export function keyIdInput({ name, publicKey }: NoteKey): Uint8Array {
  return Uint8Array.from([...encode(name), 0x0a, ED25519, ...publicKey]);
}

/** The verification key as people copy it: `name+hexKeyId+base64(0x01 ‖ key)`. */
export function formatVkey(key: NoteKey, keyId: Uint8Array): string {
  return `${key.name}+${hexOf(keyId.subarray(0, 4))}+${toBase64(Uint8Array.from([ED25519, ...key.publicKey]))}`;
}

/** Reads a verification key; null when it is none, or its id is not that of its key. */
export async function parseVkey(
  hash: AnyHash,
  vkey: string
): Promise<(NoteKey & { keyId: Uint8Array }) | null> {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey) ?? [];
  const bytes = fromBase64(encoded);
  if (name === '' || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return null;
  const key = { name, publicKey: bytes.slice(1) };
  const keyId = (await hash(keyIdInput(key))).slice(0, 4);
  return hexOf(keyId) === id ? { ...key, keyId } : null;
}

/** The text of a checkpoint: what is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads the text of a checkpoint strictly: exactly its three lines. Null when it is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin = '', digits = '', encoded = ''] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/.exec(text) ?? [];
  const root = fromBase64(encoded);
  const size = Number(digits);
  if (origin === '' || root?.length !== HASH_BYTES || !Number.isSafeInteger(size)) return null;
  return { origin, size, root };
}

/** A note: its text, an empty line, and a line for each signature. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `— ${name} ${toBase64(Uint8Array.from([...keyId, ...signature]))}\n`
  );
  return `${text}\n${lines.join('')}`;
}

/** Reads a note; null when it is not well-formed. Says nothing about whether its signatures are good. */
export function parseNote(note: string): SignedNote | null {
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return null;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (!NAME.test(name) || bytes === null || bytes.length <= 4) return null;
    signatures.push({ name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  return { text, signatures };
}

/**
 * True if a well-formed note carries a good signature of this key. Signatures of keys one does not know are passed
 * over.
 */
export async function isSignedBy(
  verify: Verify,
  note: SignedNote,
  key: NoteKey & { keyId: Uint8Array }
): Promise<boolean> {
  for (const { name, keyId, signature } of note.signatures) {
    if (name !== key.name || !equalBytes(keyId, key.keyId) || signature.length !== SIGNATURE_BYTES) continue;
    if (await verify(key.publicKey, signature, encode(note.text))) return true;
  }
  return false;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}
