import { leafHash, personalHash } from './bytes.mjs';
import { canonical } from './canonical.mjs';

/**
 * @typedef {object} Entry
 * @property {number} seq
 * @property {Buffer | null} body null: the entry was pruned
 * @property {Buffer} leaf as stored
 * @property {Buffer} chain as stored
 * @property {{ salt: Buffer, doc: Buffer } | null} pii null: erased, or pruned
 * @property {string} [id] as stored beside the body
 * @property {string} [mirror] JSON text of what queries look at
 * @property {Map<string, Buffer>} [nodes] stored subtrees that this entry completes
 * @property {Buffer[]} [proof]
 */
/**
 * @typedef {{ action?: unknown, at?: unknown, pii?: unknown, id?: unknown, target?: { id?: unknown }, outcome?:
 * unknown, change?: unknown }} Body
 */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Judges what an entry says by itself: its leaf (V2), its text (V3), its personal data (V11).
 * @param {Entry} entry
 * @param {import('./findings.mjs').Findings} findings
 * @returns {{ body: Body | null, erased: boolean }} the body, where it can be read
 */
export function checkEntry(entry, findings) {
  const { seq, body, leaf, pii } = entry;
  if (body === null) {
    if (pii !== null) findings.problem('V12', seq, 'personal data are left of a pruned entry');
    return { body: null, erased: false };
  }
  if (!leafHash(body).equals(leaf)) findings.problem('V2', seq, 'the body is not the one that was hashed');
  const parsed = parse(body);
  if (parsed === null) {
    findings.problem('V3', seq, 'the body is not canonical JSON');
    return { body: null, erased: false };
  }
  if (entry.id !== undefined && parsed.id !== entry.id)
    findings.problem('V3', seq, 'the id is not that of the body');
  if (entry.mirror !== undefined && !isMirror(entry.mirror, body))
    findings.problem('V3', seq, 'what queries look at is not what the body says');
  if (pii === null) return { body: parsed, erased: parsed.pii !== undefined };
  if (parsed.pii !== personalHash(pii.salt, pii.doc).toString('hex'))
    findings.problem('V11', seq, 'the personal data are not those of the entry');
  return { body: parsed, erased: false };
}

/** @param {Buffer} body @returns {Body | null} */
function parse(body) {
  try {
    const text = decoder.decode(body);
    const value = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return canonical(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** @param {string} mirror @param {Buffer} body */
function isMirror(mirror, body) {
  try {
    return canonical(JSON.parse(mirror)) === body.toString();
  } catch {
    return false;
  }
}
