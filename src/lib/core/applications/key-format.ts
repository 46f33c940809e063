/** A key's parts; the secret is what proves it. */
export type KeyParts = {
  /** Public: what a key is looked up by. */
  kid: string;
  secret: string;
};

const PREFIX = 'rck_live_';
const KID_LENGTH = 12;
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = new RegExp(
  `^(${PREFIX}([0-9A-Za-z]{${KID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}}))([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`
);

/** Pattern of keys for secret scanners; the checksum tells keys from what only looks like one. */
export const KEY_PATTERN = `${PREFIX}[0-9A-Za-z]{${KID_LENGTH}}_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}`;

/** Name of a key in lists and the log: its public part, and what it begins with. */
export function shownKey(kid: string): string {
  return PREFIX + kid;
}

/** Writes a key: `rck_live_<12 base62>_<32 base62><6 base62: CRC-32 of all before>` (APP-2). */
export function writeKey({ kid, secret }: KeyParts): string {
  const body = `${PREFIX}${kid}_${secret}`;
  return body + checksum(body);
}

/** The parts of a key; null for whatever is none, a mistyped one among them: its checksum is wrong. */
export function parseKey(text: string): KeyParts | null {
  const found = SHAPE.exec(text);
  if (!found) return null;
  const [, body = '', kid = '', secret = '', sum = ''] = found;
  return checksum(body) === sum ? { kid, secret } : null;
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Key that an `Authorization` header sends; undefined: nothing of the kind. */
export function bearerIn(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? '')?.[1];
}

/**
 * Random base62 out of bytes: those from 248 on are passed over, so that each character is as likely as any other.
 * @returns null when the bytes do not suffice
 */
export function base62(bytes: Uint8Array, length: number): string | null {
  const most = 256 - (256 % ALPHABET.length);
  const characters = [...bytes]
    .filter((byte) => byte < most)
    .map((byte) => ALPHABET[byte % ALPHABET.length]!);
  return characters.length < length ? null : characters.slice(0, length).join('');
}

export { KID_LENGTH, SECRET_LENGTH };

function checksum(text: string): string {
  let left = crc32(text);
  let digits = '';
  for (let at = 0; at < CHECKSUM_LENGTH; at++) {
    digits = ALPHABET[left % ALPHABET.length]! + digits;
    left = Math.floor(left / ALPHABET.length);
  }
  return digits;
}

const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** CRC-32 as in zip and Ethernet (reflected, polynomial 0xEDB88320), of a text in ASCII, as keys are. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++)
    crc = (crc >>> 8) ^ CRC_OF_BYTE[(crc ^ text.charCodeAt(at)) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
