import { z } from 'zod';
import { importPartText } from '../../../protocol/import-part';
import type { RawImportRow } from '../../../protocol/import-row';
import { sha256 } from '../../auth/token';
import { findAnswer } from '../../db/tables/operations-table';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import { ownSession, requestHash, type PermittedMutation } from '../write-path/mutate';

/** How long an import goes on under the proof it began with, in minutes (docs/decisions/0035). */
const IMPORT_MINUTES = 30;
const NAME = 'administrators.beginImport';

export type ImportBeginInput = {
  op: string;
  /** SHA-256 of each part of it, in hexadecimal digits. */
  parts: string[];
};

const Begun = z.object({ sid: z.string(), until: z.iso.datetime(), parts: z.array(z.string()) });
type Begun = z.infer<typeof Begun>;

/**
 * Begins an import with the password proved once: its parts, and nothing else, go on under that proof in the same session (AUT-4).
 * The answer is kept with the operation, which is where the parts are looked up.
 */
export const beginImport: PermittedMutation<ImportBeginInput, Begun> = {
  name: NAME,
  permission: 'people.administrators.add',
  sensitive: true,
  by: 'session',
  target: () => ({ type: 'administrator', id: 'new' }),
  decide: (context, { parts }) => {
    const { sid } = ownSession(context);
    const until = new Date(Date.now() + IMPORT_MINUTES * 60_000).toISOString();
    return Promise.resolve({ answer: { sid, until, parts }, events: [], touches: [] });
  }
};

/** Whether these rows are a part of an import that this session began with a proof, and its time is not over. */
export async function isOfBegunImport(
  deps: Deps,
  caller: Caller,
  op: string,
  rows: readonly RawImportRow[]
): Promise<boolean> {
  if (!caller.session) return false;
  const { personId, sid } = caller.session;
  const stored = await findAnswer(deps.db, personId, op);
  const found = stored && z.object({ answer: Begun }).safeParse(stored.answer);
  if (!found?.success) return false;
  const begun = found.data.answer;
  // Another operation of this person may have an answer of any shape: this one has the request it belongs to.
  const began: ImportBeginInput = { op, parts: begun.parts };
  if (!requestHash(NAME, began).equals(Buffer.from(stored!.request))) return false;
  if (begun.sid !== sid || new Date(begun.until) <= new Date()) return false;
  return begun.parts.includes(sha256(importPartText(rows)).toString('hex'));
}
