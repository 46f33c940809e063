import { decideEnd, type HandoverState } from '../../../core/forwarding/handovers';
import type { AuditChange } from '../../../core/log/entry';
import { findAdministrator } from '../../db/tables/administrators-table';
import { endHandover, lockHandover, type HandoverRow } from '../../db/tables/handovers-table';
import { findAnswer } from '../../db/tables/operations-table';
import { requestFingerprints, holdsFingerprints } from '../write-path/request-fingerprints';
import type { Refusal } from '../../../core/access/refusal';
import type { Notice } from '../write-path/notices';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { handoverChange } from './send-handover';

type Named = { op: string; id: string };
type Ended = { state: Exclude<HandoverState, 'open'> };

const ofHandover = ({ id }: Named) => ({ type: 'handover', id });

/**
 * Says that one's own change has landed. It names that change: it must be what was asked, made since, and whatever
 * was refused of it, in whole or in part, has not landed. Else nobody is told that it has.
 */
export const settleHandover = defineCommand('handovers.settle', {
  target: ofHandover,
  async decide(context, { id, applied }) {
    const { tx, actor } = context;
    return end(context, id, 'applied', {
      changes: [{ path: 'applied', old: null, new: applied }],
      refuses: (row) => notApplied(context, row, applied),
      tells: (row) => told(tx, row, 'handover-applied', { by: actor.name, label: row.label })
    });
  }
});

export const declineHandover = defineCommand('handovers.decline', {
  target: ofHandover,
  async decide(context, { id, note = '' }) {
    const { tx, actor } = context;
    const data = { by: actor.name, ...(note === '' ? {} : { note }) };
    return end(context, id, 'declined', {
      note,
      tells: (row) => told(tx, row, 'handover-declined', { ...data, label: row.label })
    });
  }
});

/** Takes back what waits for somebody: its author decides anew. */
export const withdrawHandover = defineCommand('handovers.withdraw', {
  target: ofHandover,
  decide: (context, { id }) => end(context, id, 'withdrawn', {})
});

type Ending = {
  note?: string;
  changes?: AuditChange[];
  /** Asked once it is known that it may be ended. */
  refuses?(row: HandoverRow): Promise<Refusal | null>;
  tells?(row: HandoverRow): Promise<Notice[]>;
};

async function end(
  { tx, actor }: Decision,
  id: string,
  state: Ended['state'],
  { note = '', changes = [], refuses, tells }: Ending
): Promise<Outcome<Ended>> {
  const row = await lockHandover(tx, id);
  if (!row) return { refused: { code: 'not-found', what: 'hand-over' } };
  const refused = decideEnd(actor, row, state) ?? (await refuses?.(row)) ?? null;
  if (refused) return { refused };
  await endHandover(tx, id, { state, endNote: note });
  const withdrawn = state === 'withdrawn';
  return {
    answer: { state },
    events: [
      {
        action: `handover.${state}`,
        target: {
          type: 'administrator',
          id: withdrawn ? row.toId : row.fromId,
          name: withdrawn ? row.toName : row.fromName
        },
        outcome: 'success',
        change: [...handoverChange(row), { path: 'state', old: 'open', new: state }, ...changes]
      }
    ],
    affects: [],
    notices: (await tells?.(row)) ?? [],
    news: [row.fromId, row.toId]
  };
}

/** Reason an operation does not show that its recipient applied the change asked for; null when it does. */
async function notApplied({ tx, actor }: Decision, row: HandoverRow, op: string): Promise<Refusal | null> {
  const no = (message: string): Refusal => ({ code: 'input/invalid', field: 'applied', message });
  const stored = await findAnswer(tx, actor.id, op);
  const answer = stored?.answer as { refused?: unknown; answer?: { refused?: unknown[] } } | undefined;
  if (!stored || !answer || answer.refused !== undefined || (answer.answer?.refused ?? []).length > 0)
    return no('Your own change has not been applied.');
  // What they did before it was handed to them was not done for it.
  const isSince = stored.at >= row.sentAt;
  return isSince && holdsFingerprints(stored.parts, requestFingerprints(row.procedure, row.input))
    ? null
    : no('Your own change is not what was asked.');
}

/** Its sender is told, while they are there to be told. */
async function told(
  tx: Decision['tx'],
  row: HandoverRow,
  kind: Notice['kind'],
  data: Notice['data']
): Promise<Notice[]> {
  const from = await findAdministrator(tx, row.fromId);
  return from ? [{ to: from, kind, data }] : [];
}
