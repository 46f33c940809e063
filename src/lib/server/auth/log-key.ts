import { createPrivateKey, createPublicKey, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { formatVkey, keyIdInput, type NoteSignature } from '../../core/log/note';
import { KeyringError, makeKeyFile, readKeyFile } from './key-file';
import { sha256 } from './token';

/** Signs the log's checkpoints: Ed25519 keys that have nothing to do with those that encrypt (SECURITY 5.2). */
export interface LogKeys {
  /** Public names of the keys (verifier keys), newest last: they depend on the log's name. */
  vkeys(origin: string): string[];
  /** Signs with the key of this name; null when it is not one of ours. */
  sign(origin: string, vkey: string, text: string): NoteSignature | null;
}

const SEED_BYTES = 32;
// An Ed25519 key is its 32 bytes with a fixed head (RFC 8410).
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Keys of a process that may number entries and must not sign. */
export const NO_LOG_KEYS: LogKeys = { vkeys: () => [], sign: () => null };

/**
 * Reads the keys from `env` (the text of `LOG_SIGNING_KEYS`), else from `file`, which the first start makes. One
 * seed of 32 bytes in base64 a line, newest last: another line is a rotation.
 * @throws KeyringError
 */
export async function openLogKeys({ file, env }: { file: string; env?: string }): Promise<LogKeys> {
  if (env !== undefined && env !== '') return logKeysOf(parseSeeds(env, 'LOG_SIGNING_KEYS'));
  const text = (await readKeyFile(file)) ?? (await makeKeyFile(file, newSeedText()));
  return logKeysOf(parseSeeds(text, file));
}

function logKeysOf(seeds: readonly Buffer[]): LogKeys {
  const pairs = seeds.map((seed) => {
    const privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_HEAD, seed]),
      format: 'der',
      type: 'pkcs8'
    });
    const publicKey = rawPublicKey(createPublicKey(privateKey));
    return { privateKey, publicKey };
  });
  const known = (origin: string) =>
    pairs.map(({ privateKey, publicKey }) => {
      const key = { name: origin, publicKey };
      const keyId = sha256(keyIdInput(key)).subarray(0, 4);
      return { privateKey, keyId, vkey: formatVkey(key, keyId) };
    });
  return {
    vkeys: (origin) => known(origin).map(({ vkey }) => vkey),
    sign(origin, vkey, text) {
      const key = known(origin).find((each) => each.vkey === vkey);
      if (!key) return null;
      return { name: origin, keyId: key.keyId, signature: sign(null, Buffer.from(text), key.privateKey) };
    }
  };
}

/** Ed25519 as core asks for it. */
export function verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length));
}

/** Oldest first. Errors say where, not what: a line that cannot be read may well be a key. */
function parseSeeds(text: string, source: string): Buffer[] {
  const seeds: Buffer[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const seed = Buffer.from(entry, 'base64');
    if (seed.toString('base64') !== entry || seed.length !== SEED_BYTES)
      throw new KeyringError(`${source}, line ${index + 1}: must be ${SEED_BYTES} bytes in base64`);
    if (seeds.some((each) => each.equals(seed)))
      throw new KeyringError(`${source}, line ${index + 1}: this key is there twice`);
    seeds.push(seed);
  }
  if (seeds.length === 0) throw new KeyringError(`${source}: there is no key in it`);
  return seeds;
}

function newSeedText(): string {
  const seed = randomBytes(SEED_BYTES).toString('base64');
  return `# Signs the checkpoints of the log, newest last. Whoever has it can sign a forged log: keep it apart from the database.\n${seed}\n`;
}
