import { chainHash, chainStart } from './bytes.mjs';
import { checkEntry } from './check-entry.mjs';
import { Findings } from './findings.mjs';
import { GrowingTree } from './growing-tree.mjs';
import { KeyChain } from './key-chain.mjs';
import { readCheckpoint } from './note.mjs';

/**
 * @typedef {object} Header
 * @property {string} origin
 * @property {string[]} vkeys as the log names them, the first one first
 * @property {number} size how many entries there should be
 */
/** @typedef {{ note: string, at: string, size?: number, root?: Buffer, chain?: Buffer }} StoredCheckpoint */

const CLOCKS_DIFFER_MS = 5_000;
const LATE_MS = 60_000;
/** @type {ReadonlySet<unknown>} */
const KEY_ACTIONS = new Set(['audit.key.adopt', 'audit.key.rotate']);

/** Verifies a whole log, entry by entry, holding on to a few hashes. */
export class LogVerifier {
  findings = new Findings();
  counts = { entries: 0, checkpoints: 0, pruned: 0, erased: 0 };
  /** The last size that a good checkpoint covers. */
  signedSize = 0;

  #header;
  #tree = new GrowingTree();
  #chain;
  #keys;
  #trusted;
  #older;
  #olderSeen = false;
  #lastSize = 0;
  /** Entries since the last checkpoint. @type {{ earliest: number, latest: number, latestSeq: number } | null} */
  #uncovered = null;
  /** Highest number up to which an entry says that bodies were pruned; 0: none says so. */
  #prunedUpTo = 0;
  /** Number of the last entry that is missing. */
  #lastMissing = 0;
  /**
   * The first entry whose personal data are gone and that no later entry about an erasure explains. @type {number |
   * null}
   */
  #unexplained = null;
  /** Entries about keys so far: they are never pruned. */
  #keyEntries = 0;

  /** @param {Header} header @param {{ key?: string | undefined, older?: string | undefined }} [given] */
  constructor(header, { key, older } = {}) {
    this.#header = header;
    this.#chain = chainStart(header.origin);
    this.#keys = new KeyChain(header.vkeys[0] ?? key);
    this.#trusted = key;
    this.#older = older === undefined ? null : readCheckpoint(older);
    if (older !== undefined && !this.#older) throw new SyntaxError('the older note is no checkpoint');
  }

  /** The next entry. @param {import('./check-entry.mjs').Entry} entry */
  entry(entry) {
    const { findings } = this;
    const seq = this.#tree.size + 1;
    if (entry.seq !== seq) findings.problem('V1', seq, `number ${entry.seq} stands in its place`);
    this.counts.entries += 1;
    const { body, erased } = checkEntry(entry, findings);
    // What an erasure says of itself explains what is missing before it, not its own.
    if (body?.action === 'audit.erase' && body.outcome === 'success') this.#unexplained = null;
    if (erased) {
      this.counts.erased += 1;
      this.#unexplained ??= seq;
    }
    if (entry.body === null) {
      this.counts.pruned += 1;
      this.#lastMissing = seq;
      // Pruning takes the oldest, except what is said of keys: a hole after any other entry was not made by it.
      if (this.counts.pruned + this.#keyEntries !== seq)
        findings.problem('V12', seq, 'the entry is missing, later than what was pruned');
    }
    this.#chain = chainHash(seq, this.#chain, entry.leaf);
    if (!this.#chain.equals(entry.chain)) {
      findings.problem('V4', seq, 'the chain breaks');
      // Judged link by link from here on: the first one that breaks is what counts.
      this.#chain = entry.chain;
    }
    for (const { level, idx, hash } of this.#tree.add(entry.leaf)) {
      if (entry.nodes && !entry.nodes.get(`${level}/${idx}`)?.equals(hash))
        findings.problem('V5', seq, `the stored node ${idx} of level ${level} is not the tree's`);
    }
    if (body && KEY_ACTIONS.has(body.action)) this.#keyEntries += 1;
    if (body) this.#read(seq, body);
    if (this.#older?.size === seq) this.#compareOlder(seq);
  }

  /** A checkpoint, which follows the last entry it covers. @param {StoredCheckpoint} stored */
  checkpoint(stored) {
    const { findings } = this;
    const seq = this.#tree.size;
    const found = readCheckpoint(stored.note);
    this.counts.checkpoints += 1;
    if (!found) return findings.problem('V6', seq, 'the checkpoint is not well-formed');
    const { size, root, origin } = found;
    if (origin !== this.#header.origin) findings.problem('V6', seq, `the checkpoint is of the log ${origin}`);
    if (size <= this.#lastSize)
      findings.problem('V6', seq, `a checkpoint of ${size} follows one of ${this.#lastSize}`);
    this.#lastSize = Math.max(this.#lastSize, size);
    if (size > seq) return findings.problem('V7', seq, `a checkpoint says ${size} entries, here are ${seq}`);
    if (size < seq) return findings.problem('V6', seq, `a checkpoint of ${size} stands after entry ${seq}`);
    if (!root.equals(this.#tree.root()))
      findings.problem('V5', seq, 'the signed root is not that of the entries');
    if (stored.size !== undefined && stored.size !== size)
      findings.problem('V5', seq, 'the stored size is not the signed one');
    if (stored.root && !stored.root.equals(root))
      findings.problem('V5', seq, 'the stored root is not the signed one');
    if (stored.chain && !stored.chain.equals(this.#chain))
      findings.problem('V5', seq, 'the stored link is not the chain’s');
    const fault = this.#keys.check(found);
    if (fault !== null) return findings.problem('V6', seq, `the checkpoint of ${size}: ${fault}`);
    this.signedSize = size;
    this.#judgeTime(Date.parse(stored.at));
  }

  /** All was read. @param {number} [now] milliseconds since 1970 */
  finish(now = Date.now()) {
    const { findings } = this;
    const { size } = this.#tree;
    if (this.#header.size !== size)
      findings.problem('V1', size + 1, `here are ${size} entries of ${this.#header.size}`);
    if (this.#lastMissing > this.#prunedUpTo)
      findings.problem(
        'V12',
        this.#prunedUpTo + 1,
        'the entry is missing, and no entry says that it was pruned'
      );
    if (this.#unexplained !== null)
      findings.problem('V11', this.#unexplained, 'the personal data are gone, and no later entry says so');
    if (this.#uncovered && this.signedSize < size) {
      const late = now - this.#uncovered.earliest;
      if (late > LATE_MS)
        findings.problem('V7', this.signedSize + 1, 'no checkpoint covers the entries from here on');
      else findings.remark(`${size - this.signedSize} entries are too young to be signed for`);
    }
    if (this.#older && !this.#olderSeen)
      findings.problem('V9', size + 1, `the older note says ${this.#older.size} entries, here are ${size}`);
    if (this.#trusted !== undefined && !this.#keys.known.includes(this.#trusted))
      findings.problem('V6', null, `the log is not signed by ${this.#trusted}`);
    if (this.#trusted === undefined)
      findings.remark(
        'The key was taken from the log itself. Give yours with --key: whoever forges a log brings a key along.'
      );
    if (this.counts.erased > 0)
      findings.remark(`Of ${this.counts.erased} entries the personal data were erased.`);
    if (this.counts.pruned > 0)
      findings.remark(`${this.counts.pruned} entries were pruned; their leaves are in the tree.`);
    return findings;
  }

  /** The keys that signed, in order. */
  get keys() {
    return this.#keys.known;
  }

  /** @param {number} seq @param {import('./check-entry.mjs').Body} body */
  #read(seq, body) {
    this.#keys.announce(body);
    if (body.action === 'audit.prune' && body.outcome === 'success')
      this.#prunedUpTo = Math.max(this.#prunedUpTo, Math.min(seq - 1, Number(body.target?.id) || 0));
    const at = Date.parse(String(body.at));
    if (Number.isNaN(at)) return this.findings.problem('V3', seq, 'the entry has no time');
    const open = (this.#uncovered ??= { earliest: at, latest: at, latestSeq: seq });
    open.earliest = Math.min(open.earliest, at);
    if (at > open.latest) [open.latest, open.latestSeq] = [at, seq];
  }

  /** @param {number} at when the checkpoint was signed */
  #judgeTime(at) {
    const open = this.#uncovered;
    this.#uncovered = null;
    if (!open) return;
    if (Number.isNaN(at)) return this.findings.problem('V10', open.latestSeq, 'its checkpoint has no time');
    // A clock proves nothing about bytes: what is signed is intact, whatever two machines took for the time.
    if (open.latest > at + CLOCKS_DIFFER_MS)
      this.findings.remark(
        `V10 entry ${open.latestSeq}: it is ${Math.round((open.latest - at) / 1000)} s younger than the checkpoint that covers it: two clocks differed.`
      );
    if (at - open.earliest > LATE_MS)
      this.findings.remark(
        `Entries up to ${this.signedSize} were signed ${Math.round((at - open.earliest) / 1000)} s after the oldest of them.`
      );
  }

  /** @param {number} seq */
  #compareOlder(seq) {
    this.#olderSeen = true;
    const older = /** @type {import('./note.mjs').Checkpoint} */ (this.#older);
    if (older.origin !== this.#header.origin)
      this.findings.problem('V9', null, `the older note is of the log ${older.origin}`);
    else if (!older.root.equals(this.#tree.root()))
      this.findings.problem('V9', seq, 'the log up to here is not the one of the older note');
  }
}
