import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

// Another reading of docs/log-format.md, by the definitions of RFC 6962 and with the whole log in memory. It judges
// an export on standard input and prints what it found, for comparison with the verifier that ships.

/** @param {...(string | Buffer)} parts */
const H = (...parts) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
const byte = (/** @type {number} */ n) => Buffer.from([n]);

/** MTH of RFC 6962, on leaf hashes. @param {Buffer[]} leaves @returns {Buffer} */
function mth(leaves) {
  if (leaves.length === 0) return H('');
  if (leaves.length === 1) return /** @type {Buffer} */ (leaves[0]);
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return H(byte(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

/** @param {string} note @param {string} vkey */
function signedBy(note, vkey) {
  const [name = '', id = '', key = ''] = vkey.split('+', 2).concat(vkey.split('+').slice(2).join('+'));
  const raw = Buffer.from(key, 'base64');
  if (H(name, byte(10), raw).toString('hex', 0, 4) !== id) return false;
  const cut = note.indexOf('\n\n') + 1;
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') }
  });
  return note
    .slice(cut + 1)
    .split('\n')
    .filter((line) => line.startsWith(`— ${name} `))
    .map((line) => Buffer.from(line.split(' ')[2] ?? '', 'base64'))
    .some(
      (all) =>
        all.toString('hex', 0, 4) === id &&
        verify(null, Buffer.from(note.slice(0, cut)), publicKey, all.subarray(4))
    );
}

/** @param {any} value @returns {string} */
function sorted(value) {
  if (Array.isArray(value)) return `[${value.map(sorted)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`)}}`;
}

const lines = readFileSync(0, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const [header, ...rest] = lines;
const entries = rest.filter((line) => 'seq' in line);
const leaves = entries.map(({ leaf }) => Buffer.from(leaf, 'hex'));
const roots = [];
let ok = lines.at(-1).end === entries.length && header.size === entries.length;

// Chain, bodies, personal data.
let highest = 0;
let link = H(byte(3), header.origin);
let gone = 0;
let kept = 0;
let pruned = 0;
let unexplained = false;
for (const [at, { seq, body, leaf, chain, pii }] of entries.entries()) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(at + 1));
  link = H(byte(2), number, link, Buffer.from(leaf, 'hex'));
  ok &&= seq === at + 1 && link.toString('hex') === chain;
  if (body === null) {
    gone += 1;
    highest = at + 1;
    ok &&= gone + kept === at + 1 && pii === null;
    continue;
  }
  const said = JSON.parse(body);
  if (said.action === 'audit.erase') unexplained = false;
  if (!pii && said.pii) unexplained = true;
  ok &&= H(byte(0), body).toString('hex') === leaf && sorted(said) === body;
  if (pii)
    ok &&=
      H(byte(4), Buffer.from(pii.salt, 'hex'), Buffer.from(pii.doc, 'base64')).toString('hex') === said.pii;
  if (said.action.startsWith('audit.key.')) kept += 1;
  if (said.action === 'audit.prune') pruned = Math.max(pruned, Number(said.target.id));
}
ok &&= highest <= pruned && !unexplained;

// Checkpoints, each at its place, by the key that is in force there.
let key = header.vkeys[0];
let last = 0;
for (const [at, { checkpoint, at: time }] of rest.entries()) {
  if (checkpoint === undefined) continue;
  const [origin, size, root] = checkpoint.split('\n');
  const before = rest.slice(0, at).filter((line) => 'seq' in line);
  const computed = mth(leaves.slice(0, Number(size))).toString('base64');
  roots.push(computed);
  ok &&=
    origin === header.origin && Number(size) === before.length && Number(size) > last && root === computed;
  ok &&= signedBy(checkpoint, key);
  const latest = Math.max(
    ...before.slice(last).map(({ body }) => (body === null ? 0 : Date.parse(JSON.parse(body).at)))
  );
  ok &&= latest <= Date.parse(time) + 5000;
  last = Number(size);
  if (checkpoint.trimEnd().split('\n').length === 5) continue;
  const next = before
    .filter(({ body }) => body !== null)
    .map(({ body }) => JSON.parse(body))
    .filter(({ action, change }) => action === 'audit.key.rotate' && change[0].old === key)
    .at(-1)?.change[0].new;
  ok &&= next !== undefined && signedBy(checkpoint, next);
  key = next;
}
ok &&= last === entries.length;

console.log(
  JSON.stringify({
    ok: Boolean(ok),
    entries: entries.length,
    chain: link.toString('hex'),
    root: mth(leaves).toString('hex'),
    roots
  })
);
