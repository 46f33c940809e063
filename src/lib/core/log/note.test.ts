import { createHash, createPrivateKey, createPublicKey, sign, verify as verifySignature } from 'node:crypto';
import { expect, test } from 'vitest';
import { GOLDEN_LOG } from '../../../../tests/support/golden-log';
import { fromBase64, toBase64 } from './base64';
import {
  checkpointText,
  formatNote,
  formatVkey,
  hexOf,
  isSignedBy,
  keyIdInput,
  parseCheckpoint,
  parseNote,
  parseVkey
} from './note';

const hash = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());
const { origin, seed, vkey, note, root } = GOLDEN_LOG;
const PKCS8 = '302e020100300506032b657004220420';
const privateKey = createPrivateKey({ key: Buffer.from(PKCS8 + seed, 'hex'), format: 'der', type: 'pkcs8' });
const publicKey = new Uint8Array(
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
);
const SPKI = '302a300506032b6570032100';
const verify = (key: Uint8Array, signature: Uint8Array, message: Uint8Array) =>
  verifySignature(
    null,
    message,
    createPublicKey({ key: Buffer.concat([Buffer.from(SPKI, 'hex'), key]), format: 'der', type: 'spki' }),
    signature
  );
const key = { name: origin, publicKey };
const text = checkpointText({ origin, size: 3, root: Uint8Array.from(Buffer.from(root, 'hex')) });

test('[LOG-6] the golden key and note, to the byte', () => {
  const keyId = hash(keyIdInput(key)).slice(0, 4);
  expect(formatVkey(key, keyId)).toBe(vkey);
  const signature = new Uint8Array(sign(null, Buffer.from(text), privateKey));
  expect(formatNote(text, [{ name: origin, keyId, signature }])).toBe(note);
});

test('[LOG-6] the golden note reads back, and its signature is good', async () => {
  const parsed = parseNote(note)!;
  const known = (await parseVkey(hash, vkey))!;
  expect([...known.publicKey]).toEqual([...publicKey]);
  expect(parseCheckpoint(parsed.text)).toEqual({
    origin,
    size: 3,
    root: Uint8Array.from(Buffer.from(root, 'hex'))
  });
  expect(await isSignedBy(verify, parsed, known)).toBe(true);
});

test('[LOG-6] another size, another key, another name, another byte: not signed', async () => {
  const known = (await parseVkey(hash, vkey))!;
  const bad = [
    note.replace('\n3\n', '\n4\n'),
    note.replace('7d16', '7d17'),
    note.replace(`— ${origin} `, '— somebody.else '),
    note.replace('UzFDvIAB', 'UzFDvIAC'),
    note.replace('UzFDvIAB', 'UzFDvYAB')
  ];
  for (const each of bad) {
    const parsed = parseNote(each);
    expect(parsed !== null && (await isSignedBy(verify, parsed, known)), each).toBe(false);
  }
});

test('[LOG-6] a second signature, of a key one does not know, does no harm', async () => {
  const known = (await parseVkey(hash, vkey))!;
  const other = `— ${origin} ${toBase64(new Uint8Array(68))}\n`;
  const parsed = parseNote(note.replace('\n\n', `\n\n${other}`))!;
  expect(parsed.signatures).toHaveLength(2);
  expect(await isSignedBy(verify, parsed, known)).toBe(true);
});

test.each([
  '',
  'x',
  note.slice(0, -1),
  note.replace('\n\n', '\n'),
  note.replace('— ', '- '),
  note.replace(/ UzF.*\n$/, ' UzF\n'),
  note.replace('Dws=', 'Dwt=')
])('a note that is none is not read: %j', (bad) => expect(parseNote(bad)).toBeNull());

test.each([
  `${origin}\n03\n${toBase64(new Uint8Array(32))}\n`,
  `${origin}\n-1\n${toBase64(new Uint8Array(32))}\n`,
  `${origin}\n3\n${toBase64(new Uint8Array(31))}\n`,
  `${origin}\n3\n${toBase64(new Uint8Array(32))}`,
  `\n3\n${toBase64(new Uint8Array(32))}\n`,
  `${origin}\n99999999999999999\n${toBase64(new Uint8Array(32))}\n`,
  `${origin}\n3\n${toBase64(new Uint8Array(32))}\nmore\n`
])('a checkpoint that is none is not read: %j', (bad) => expect(parseCheckpoint(bad)).toBeNull());

test('a verification key whose id is not that of its key is not read', async () => {
  expect(await parseVkey(hash, vkey.replace('+533143bc+', '+533143bd+'))).toBeNull();
  expect(await parseVkey(hash, vkey.replace('+AQ', '+Ag'))).toBeNull();
  expect(await parseVkey(hash, 'nothing')).toBeNull();
});

test('base64 that is not written in the one way is refused', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  for (const bad of ['a', 'YQ', 'YR==', ' YQ==', 'YQ==\n', 'Y-==']) expect(fromBase64(bad), bad).toBeNull();
  expect(hexOf(bytes.slice(0, 3))).toBe('000102');
});
