import { checkEntry } from './check-entry.mjs';
import { Findings } from './findings.mjs';
import { rootFromProof } from './growing-tree.mjs';
import { KeyChain } from './key-chain.mjs';
import { readCheckpoint } from './note.mjs';

/** Verifies entries that were picked from a log: each must be in the tree that the one checkpoint is about. */
export class SelectionVerifier {
  findings = new Findings();
  counts = { entries: 0, checkpoints: 1, pruned: 0, erased: 0 };
  signedSize;

  #checkpoint;
  #last = 0;
  #trusted;
  #keys;

  /**
   * @param {import('./log-verifier.mjs').Header & { note: string }} header
   * @param {{ key?: string | undefined, older?: string | undefined }} [given]
   */
  constructor(header, { key, older } = {}) {
    const checkpoint = readCheckpoint(header.note);
    if (!checkpoint) throw new SyntaxError('the header has no checkpoint');
    if (older !== undefined) throw new SyntaxError('an older note can be compared with a whole log alone');
    this.#checkpoint = checkpoint;
    this.signedSize = checkpoint.size;
    this.#trusted = key;
    // Rotations are not in it: the key in force has signed.
    this.#keys = new KeyChain(key ?? header.vkeys.at(-1));
    const fault = this.#keys.check(checkpoint);
    if (fault !== null) this.findings.problem('V6', null, `the checkpoint: ${fault}`);
    if (checkpoint.origin !== header.origin)
      this.findings.problem('V6', null, `the checkpoint is of the log ${checkpoint.origin}`);
    if (checkpoint.size !== header.size)
      this.findings.problem(
        'V6',
        null,
        `the header says ${header.size} entries, the checkpoint ${checkpoint.size}`
      );
  }

  /** @param {import('./check-entry.mjs').Entry} entry */
  entry(entry) {
    const { findings } = this;
    const { seq, leaf, proof = [] } = entry;
    this.counts.entries += 1;
    if (seq <= this.#last) findings.problem('V1', seq, `number ${seq} follows ${this.#last}`);
    this.#last = seq;
    if (checkEntry(entry, findings).erased) this.counts.erased += 1;
    if (entry.body === null) findings.problem('V2', seq, 'the entry has no body');
    const { size, root } = this.#checkpoint;
    if (seq > size || seq < 1) findings.problem('V7', seq, `the checkpoint covers ${size} entries`);
    else if (!rootFromProof(leaf, seq - 1, size, proof)?.equals(root))
      findings.problem('V5', seq, 'the proof does not lead to the signed root');
  }

  checkpoint() {
    this.findings.problem('V6', null, 'a selection has one checkpoint, in its header');
  }

  finish() {
    if (this.#trusted === undefined)
      this.findings.remark(
        'The key was taken from the export itself. Give yours with --key: whoever forges one brings a key along.'
      );
    this.findings.remark('A selection: whether all that was asked for is in it cannot be told from it.');
    if (this.counts.erased > 0)
      this.findings.remark(`Of ${this.counts.erased} entries the personal data were erased.`);
    return this.findings;
  }

  get keys() {
    return this.#keys.known;
  }
}
