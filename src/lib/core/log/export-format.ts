import { toBase64 } from './base64';
import { inertJson } from './inert-text';
import { hexOf } from './note';

// An export of the log as JSON Lines (docs/log-format.md): what `npm run log:verify -- --file` reads. Each function
// is one line.

const EXPORT_FORMAT = 'rolecall-log/1';

/**
 * `whole`: every entry from 1 to `size`, with every checkpoint at its place. `selection`: entries picked from the
 * log, each with its proof under the one checkpoint that the header names.
 */
export type ExportKind = 'whole' | 'selection';

export type ExportHeader = {
  kind: ExportKind;
  origin: string;
  /**
   * The keys in the order in which they were in force; the first one is whom a reader trusts, or compares with
   * theirs.
   */
  vkeys: readonly string[];
  /** Number of entries in the log when the export began. */
  size: number;
  /** The checkpoint of a selection, over `size` entries, that the proofs lead to. */
  note?: string;
  /** Time at which it was made, ISO 8601 UTC. */
  at: string;
};

export type ExportedEntry = {
  seq: number;
  chain: Uint8Array;
  /** The stored bytes; null: pruned, then only the leaf is left. */
  body: Uint8Array | null;
  leaf: Uint8Array;
  /** Personal data that the body commits to, with its salt; null: erased, or pruned. */
  pii: { salt: Uint8Array; doc: Uint8Array } | null;
  /** The inclusion proof, of a selection. */
  proof?: readonly Uint8Array[];
};

export function exportHeader(header: ExportHeader): string {
  return line({ format: EXPORT_FORMAT, ...header });
}

export function exportEntry({ seq, chain, body, leaf, pii, proof }: ExportedEntry): string {
  return line({
    seq,
    // Exact: a body is well-formed UTF-8. One that somebody damaged differs from its leaf either way.
    body: body === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body),
    leaf: hexOf(leaf),
    chain: hexOf(chain),
    pii: pii === null ? null : { salt: hexOf(pii.salt), doc: toBase64(pii.doc) },
    ...(proof === undefined ? {} : { proof: proof.map(hexOf) })
  });
}

/** Follows the entry whose number is its size. */
export function exportCheckpoint(note: string, at: string): string {
  return line({ checkpoint: note, at });
}

/** The last line: an export without it broke off. */
export function exportEnd(entries: number): string {
  return line({ end: entries });
}

function line(value: object): string {
  return `${inertJson(value)}\n`;
}
