import { createReadStream } from 'node:fs';

/** Unreadable export: that says nothing about whether it was changed. */
export class Unreadable extends Error {
  /** @override */
  name = 'Unreadable';
}

/**
 * @typedef {object} Source
 * @property {import('./log-verifier.mjs').Header & { kind: 'whole' | 'selection', note: string }} header
 * @property {() => AsyncGenerator<{ entry: import('./check-entry.mjs').Entry } | { checkpoint:
 * import('./log-verifier.mjs').StoredCheckpoint }>} records
 * @property {(findings: import('./findings.mjs').Findings) => Promise<void>} [afterwards] what only a database can be
 * asked
 * @property {() => Promise<void>} close
 */

/** Opens an export (docs/log-format.md). @param {string} path @returns {Promise<Source>} */
export async function openExport(path) {
  const lines = linesOf(path);
  const first = await lines.next();
  const close = async () => void (await lines.return());
  return readLines(first.done ? '' : first.value, () => lines.next(), close);
}

/**
 * Lines as JSON Lines has them: ended by a line feed and nothing else. (Text may hold other characters that some call
 * line ends, and Node's own reader of lines does.)
 * @param {string} path
 * @returns {AsyncGenerator<string, void, void>}
 */
async function* linesOf(path) {
  let rest = '';
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream) {
      const lines = (rest + chunk).split('\n');
      rest = /** @type {string} */ (lines.pop());
      yield* lines;
    }
  } catch (error) {
    throw new Unreadable(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (rest !== '') yield rest;
}

/**
 * @param {string} first
 * @param {() => Promise<IteratorResult<string, void>> | IteratorResult<string, void>} next
 * @param {() => Promise<void>} close
 * @returns {Source}
 */
function readLines(first, next, close) {
  const header = parse(first, 1);
  if (header.format !== 'rolecall-log/1')
    throw new Unreadable('the first line is not the header of an export of a log');
  if (
    typeof header.origin !== 'string' ||
    !Number.isSafeInteger(header.size) ||
    !Array.isArray(header.vkeys) ||
    (header.kind !== 'whole' && header.kind !== 'selection')
  )
    throw new Unreadable('the header is incomplete');
  return {
    header: {
      kind: header.kind,
      origin: header.origin,
      vkeys: header.vkeys,
      size: header.size,
      note: String(header.note ?? '')
    },
    async *records() {
      let line = 1;
      let entries = 0;
      for (;;) {
        const read = await next();
        line += 1;
        if (read.done) throw new Unreadable(`the export breaks off after line ${line - 1}`);
        const value = parse(read.value, line);
        if (typeof value.end === 'number') {
          if (value.end !== entries)
            throw new Unreadable(`the export says ${value.end} entries and has ${entries}`);
          return;
        }
        if (typeof value.checkpoint === 'string')
          yield { checkpoint: { note: value.checkpoint, at: String(value.at) } };
        else {
          entries += 1;
          yield { entry: entryOf(value, line) };
        }
      }
    },
    close
  };
}

/** @param {Record<string, any>} value @param {number} line @returns {import('./check-entry.mjs').Entry} */
function entryOf(value, line) {
  const { seq, body, leaf, chain, pii, proof } = value;
  if (!Number.isSafeInteger(seq) || (body !== null && typeof body !== 'string'))
    throw new Unreadable(`line ${line} is neither an entry nor a checkpoint`);
  return {
    seq,
    body: body === null ? null : Buffer.from(body),
    leaf: hex(leaf, line),
    chain: hex(chain, line),
    pii: pii ? { salt: hex(pii.salt, line), doc: Buffer.from(String(pii.doc), 'base64') } : null,
    ...(Array.isArray(proof) ? { proof: proof.map((each) => hex(each, line)) } : {})
  };
}

/** @param {unknown} text @param {number} line */
function hex(text, line) {
  if (typeof text !== 'string' || !/^([0-9a-f]{2})*$/.test(text))
    throw new Unreadable(`line ${line}: a hash is not hex`);
  return Buffer.from(text, 'hex');
}

/** @param {string} text @param {number} line @returns {Record<string, any>} */
function parse(text, line) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Unreadable(`line ${line} is not JSON`);
}
