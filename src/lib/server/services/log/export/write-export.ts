import { BYTE_ORDER_MARK } from '../../../../core/log/export/csv';
import { csvEntry, csvHeader } from '../../../../core/log/export/csv-entries';
import { ocsfEnd, ocsfEntry } from '../../../../core/log/export/ocsf';
import {
  exportCheckpoint,
  exportEnd,
  exportEntry,
  exportHeader,
  type ExportHeader
} from '../../../../core/log/export-format';
import { checkpointsBetween, noteOf, readSigners, rotationsAfter } from '../../../db/log/checkpoint-table';
import { prunedAsSaid, readStored, readStoredRange, readTold } from '../../../db/log/exported-rows';
import { readInstallation } from '../../../db/tables/installation-table';
import { matchingNumbers } from '../../../db/log/log-table';
import type { Deps } from '../../write-path/deps';
import { isNowhere, isWholeLog } from '../reading/log-access';
import type { LogExport, ExportFormat } from './kept-export';
import { InclusionProofs } from './inclusion-proofs';
import { matchingPages, PAGE, patiently } from './pages';
import { loggedEntry } from './told-entries';

/** A stretch of the file: whole lines, how many entries are in them, and the number that was reached. */
export type Written = { text: string; entries: number; position: number };

/** Order of an export of the log, with the size of the log it goes up to (`upTo`) and the person it is for. */
export type ExportOrder = LogExport & { upTo: number; by: { id: string; name: string } };

/**
 * Old entries were deleted while it was being written: what is missing could not be told from what was tampered
 * with.
 */
class PrunedMeanwhile extends Error {
  override name = 'PrunedMeanwhile';
}

/**
 * Writes an export of the log as it was up to one checkpoint, in stretches: nothing of it is held but the one at
 * hand.
 */
export function writeExport(deps: Deps, order: ExportOrder): AsyncGenerator<Written> {
  if (order.format === 'jsonl')
    return isWholeLog(order.asked) ? writeWhole(deps, order) : writeSelection(deps, order);
  return order.format === 'csv' ? writeCsv(deps, order) : writeOcsf(deps, order);
}

export const EXPORT_TYPES: Record<ExportFormat, { type: string; ending: string }> = {
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv' },
  jsonl: { type: 'application/x-ndjson; charset=utf-8', ending: 'jsonl' },
  ocsf: { type: 'application/x-ndjson; charset=utf-8', ending: 'ocsf.jsonl' }
};

async function* writeCsv(deps: Deps, order: ExportOrder): AsyncGenerator<Written> {
  yield { text: BYTE_ORDER_MARK + csvHeader(), entries: 0, position: 0 };
  for await (const { numbers, position } of pagesOf(deps, order)) {
    const rows = await patiently(() => readTold(deps.db, numbers));
    const text = rows.map((row) => csvEntry(loggedEntry(deps.catalogue, row))).join('');
    yield { text, entries: rows.length, position };
  }
}

async function* writeOcsf(deps: Deps, order: ExportOrder): AsyncGenerator<Written> {
  const { upTo, by } = order;
  let entries = 0;
  for await (const { numbers, position } of pagesOf(deps, order)) {
    const rows = await patiently(() => readTold(deps.db, numbers));
    entries += rows.length;
    const text = rows.map((row) => ocsfEntry(loggedEntry(deps.catalogue, row))).join('');
    yield { text, entries: rows.length, position };
  }
  const note = (await noteOf(deps.db, upTo)) ?? '';
  yield { text: ocsfEnd({ entries, at: new Date(), by, note }), entries: 0, position: upTo };
}

/** Picked entries, each with its proof under the one checkpoint that the header holds. */
async function* writeSelection(deps: Deps, order: ExportOrder): AsyncGenerator<Written> {
  const { upTo } = order;
  const note = await noteOf(deps.db, upTo);
  if (note === null) throw new Error(`the checkpoint over ${upTo} entries is gone`);
  yield {
    text: exportHeader({ ...(await headerOf(deps, upTo)), kind: 'selection', note }),
    entries: 0,
    position: 0
  };
  const proofs = new InclusionProofs(upTo);
  let entries = 0;
  for await (const { numbers, position } of pagesOf(deps, order)) {
    const rows = await patiently(() => readStored(deps.db, numbers));
    const paths = await patiently(() =>
      proofs.of(
        deps.db,
        rows.map(({ seq }) => seq)
      )
    );
    entries += rows.length;
    const text = rows.map((row, at) => exportEntry({ ...row, proof: paths[at]! })).join('');
    yield { text, entries: rows.length, position };
  }
  yield { text: exportEnd(entries), entries: 0, position: upTo };
}

/** Every entry there is, every checkpoint at its place. */
async function* writeWhole(deps: Deps, { upTo }: ExportOrder): AsyncGenerator<Written> {
  const pruned = await prunedAsSaid(deps.db, upTo);
  yield { text: exportHeader({ ...(await headerOf(deps, upTo)), kind: 'whole' }), entries: 0, position: 0 };
  for (let after = 0; after < upTo;) {
    const end = Math.min(upTo, after + PAGE);
    const [rows, checkpoints] = await Promise.all([
      patiently(() => readStoredRange(deps.db, after, end)),
      patiently(() => checkpointsBetween(deps.db, after, end))
    ]);
    if (rows.some(({ seq, body }) => body === null && seq > pruned))
      throw new PrunedMeanwhile('old entries of the log were deleted while it was being exported');
    const notes = new Map(
      checkpoints.map(({ size, note, at }) => [size, exportCheckpoint(note, at.toISOString())])
    );
    const text = rows.map((row) => exportEntry(row) + (notes.get(row.seq) ?? '')).join('');
    yield { text, entries: rows.length, position: end };
    after = end;
  }
  yield { text: exportEnd(upTo), entries: 0, position: upTo };
}

function pagesOf(deps: Deps, { asked, upTo }: ExportOrder): ReturnType<typeof matchingPages> {
  return matchingPages(isNowhere(asked) ? 0 : upTo, (range) => matchingNumbers(deps.db, asked, range));
}

async function headerOf(deps: Deps, size: number): Promise<Omit<ExportHeader, 'kind'>> {
  const [installation, { firstVkey }, rotations] = await Promise.all([
    readInstallation(deps.db),
    readSigners(deps.db),
    rotationsAfter(deps.db, 0)
  ]);
  const later = rotations.filter((rotation) => rotation.size <= size).map(({ vkey }) => vkey);
  return {
    origin: installation?.logOrigin ?? '',
    vkeys: firstVkey === null ? later : [firstVkey, ...later],
    size,
    at: new Date().toISOString()
  };
}
