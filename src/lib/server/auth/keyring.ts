import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { KeyringError, makeKeyFile, readKeyFile } from './key-file';

/** Sealed bytes that this keyring did not make for this purpose and context, or that somebody changed. */
export class SealBroken extends Error {
  override name = 'SealBroken';
}

/**
 * Secrets that live outside the database (SECURITY O-01, O-02). Purposes and contexts are ours, never a person's
 * text.
 */
export interface Keyring {
  /** The key that new seals and codes are made with: 8 hex digits. */
  readonly newestId: string;
  /** All keys that still open, newest first. */
  readonly ids: readonly string[];
  /** Encrypts for one purpose (`totp/v1`) and one context (whose it is); it opens for the same two alone. */
  seal(purpose: string, context: string, plaintext: Uint8Array): Uint8Array;
  /** @throws SealBroken for whatever was not sealed so, or under a key that is gone. */
  open(purpose: string, context: string, sealed: Uint8Array): Uint8Array;
  /** False for what the next re-encryption has to seal anew. */
  isCurrent(sealed: Uint8Array): boolean;
  /** HMAC-SHA256 under the newest key. */
  mac(purpose: string, message: string | Uint8Array): Buffer;
  /** The same under every key, newest first: for verification while keys change. */
  macs(purpose: string, message: string | Uint8Array): Buffer[];
}

type Key = { id: string; bytes: Uint8Array };

const VERSION = 0x01;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES;

/**
 * Reads the keys from `env` (the text of `ENCRYPTION_KEYS`; empty counts as unset), else from `file`, which the first
 * start makes. One `<8 hex digits>:<32 bytes in base64>` a line, newest last; lines with `#` in front are comments.
 * @throws KeyringError
 */
export async function openKeyring({ file, env }: { file: string; env?: string }): Promise<Keyring> {
  if (env !== undefined && env !== '') return keyringOf(parseKeys(env, 'ENCRYPTION_KEYS'));
  const text = (await readKeyFile(file)) ?? (await makeKeyFile(file, newKeyText()));
  return keyringOf(parseKeys(text, file));
}

function keyringOf(keys: readonly Key[]): Keyring {
  const newest = keys[0]!;
  const byId = new Map(keys.map((key) => [key.id, key]));
  const mac = (key: Key, purpose: string, message: string | Uint8Array): Buffer =>
    createHmac('sha256', subKey(key, 'mac', purpose))
      .update(message)
      .digest();

  return {
    newestId: newest.id,
    ids: keys.map(({ id }) => id),
    seal: (purpose, context, plaintext) => seal(newest, purpose, context, plaintext),
    open(purpose, context, sealed) {
      const id = keyIdOf(sealed);
      const key = id === null ? undefined : byId.get(id);
      if (!key)
        throw new SealBroken(id === null ? 'not a seal' : `sealed under ${id}, which is not a key here`);
      return unseal(key, purpose, context, sealed);
    },
    isCurrent: (sealed) => keyIdOf(sealed) === newest.id,
    mac: (purpose, message) => mac(newest, purpose, message),
    macs: (purpose, message) => keys.map((key) => mac(key, purpose, message))
  };
}

/** `0x01 ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, AES-256-GCM. */
function seal(key: Key, purpose: string, context: string, plaintext: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', subKey(key, 'seal', purpose), nonce, {
    authTagLength: TAG_BYTES
  });
  cipher.setAAD(Buffer.from(`${purpose}|${context}`));
  const head = [Uint8Array.of(VERSION), Buffer.from(key.id, 'hex'), nonce];
  return Buffer.concat([...head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Key, purpose: string, context: string, sealed: Uint8Array): Uint8Array {
  const nonce = sealed.subarray(1 + ID_BYTES, HEAD_BYTES);
  // Without the fixed length a tag cut down to four bytes would do.
  const decipher = createDecipheriv('aes-256-gcm', subKey(key, 'seal', purpose), nonce, {
    authTagLength: TAG_BYTES
  });
  decipher.setAAD(Buffer.from(`${purpose}|${context}`));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const opened = decipher.update(sealed.subarray(HEAD_BYTES, sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([opened, decipher.final()]);
  } catch (error) {
    throw new SealBroken('changed, or sealed for another purpose or context', { cause: error });
  }
}

/** Null for bytes that never were a seal. */
function keyIdOf(sealed: Uint8Array): string | null {
  if (sealed.length < HEAD_BYTES + TAG_BYTES || sealed[0] !== VERSION) return null;
  return Buffer.from(sealed.subarray(1, 1 + ID_BYTES)).toString('hex');
}

/** One key for each use: what one of them gives away says nothing about another. */
function subKey(key: Key, use: 'seal' | 'mac', purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key.bytes, '', `rolecall/${use}/${purpose}`, KEY_BYTES));
}

/** Newest first. */
function parseKeys(text: string, source: string): Key[] {
  const keys: Key[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const key = parseKey(entry, `${source}, line ${index + 1}`);
    if (keys.some(({ id }) => id === key.id)) {
      throw new KeyringError(`${source}, line ${index + 1}: the id ${key.id} is there twice`);
    }
    keys.unshift(key);
  }
  if (keys.length === 0) throw new KeyringError(`${source}: there is no key in it`);
  return keys;
}

/** Errors say where, not what: a line that cannot be read may well be a key. */
function parseKey(entry: string, where: string): Key {
  const [, id, encoded = ''] = /^([0-9a-f]{8}):(.*)$/i.exec(entry) ?? [];
  if (!id) throw new KeyringError(`${where}: must be 8 hex digits, a colon and 32 bytes in base64`);
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer skips what is not base64; only the text that the bytes encode to again was base64 altogether.
  if (bytes.toString('base64') !== encoded) throw new KeyringError(`${where}: the key is not base64`);
  if (bytes.length !== KEY_BYTES) {
    throw new KeyringError(`${where}: the key has ${bytes.length} bytes and must have ${KEY_BYTES}`);
  }
  return { id: id.toLowerCase(), bytes };
}

function newKeyText(): string {
  const id = randomBytes(ID_BYTES).toString('hex');
  const key = randomBytes(KEY_BYTES).toString('base64');
  return `# Keys of this installation, newest last. Second factors are lost without them: keep a copy.\n${id}:${key}\n`;
}
