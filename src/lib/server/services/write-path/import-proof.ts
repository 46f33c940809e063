import { z } from 'zod';
import { sha256 } from '../../auth/token';
import { findAnswer } from '../../db/tables/operations-table';
import type { CommandName } from '../../../core/commands';
import type { CommandInput } from '../../../protocol/commands/commands';
import type { Caller } from './caller';
import { defineCommand, type Command } from './define-command';
import type { Deps } from './deps';
import { requestHash } from './mutate';
import { ownSession } from './mutation';

/** Time an import goes on under the proof it began with, in minutes (docs/decisions/0035). */
const IMPORT_MINUTES = 30;

const Begun = z.object({ sid: z.string(), until: z.iso.datetime(), parts: z.array(z.string()) });
type Begun = z.infer<typeof Begun>;

/** The commands that begin an import. `parts`: SHA-256 of each part of it, in hexadecimal digits. */
export type BeginName = Extract<CommandName, `${string}.beginImport`>;

/**
 * Begins an import with the password proved once: its parts, and nothing else, go on under that proof in the same
 * session (AUT-4). The answer is kept with the operation, which is where the parts are looked up.
 */
export function beginning<N extends BeginName>(name: N, type: string): Command<N, Begun> {
  return defineCommand(name, {
    target: () => ({ type, id: 'new' }),
    decide: (context, { parts }: CommandInput<BeginName>) => {
      const { sid } = ownSession(context);
      const until = new Date(Date.now() + IMPORT_MINUTES * 60_000).toISOString();
      return Promise.resolve({ answer: { sid, until, parts }, events: [], affects: [] });
    }
  });
}

/**
 * True if a part, by its text, belongs to an import that this session began with a proof, and the import's time is
 * not over.
 */
export async function isOfBegunImport(
  deps: Deps,
  caller: Caller,
  { name, op, text }: { name: BeginName; op: string; text: string }
): Promise<boolean> {
  if (!caller.session) return false;
  const { personId, sid } = caller.session;
  const stored = await findAnswer(deps.db, personId, op);
  const found = stored && z.object({ answer: Begun }).safeParse(stored.answer);
  if (!found?.success) return false;
  const begun = found.data.answer;
  // Another operation of this person may have an answer of any shape: this one has the request it belongs to.
  const began: CommandInput<BeginName> = { op, parts: begun.parts };
  if (!requestHash(name, began).equals(Buffer.from(stored!.request))) return false;
  if (begun.sid !== sid || new Date(begun.until) <= new Date()) return false;
  return begun.parts.includes(sha256(text).toString('hex'));
}
