import { resetCounter as resetRow } from '../../db/tables/ledger-table';
import { defineCommand } from '../write-path/define-command';
import type { Outcome } from '../write-path/mutation';
import { ABOUT_SUBJECT, noted, touchedSubject } from './touched-subject';

/** Count before the reset. */
export type ResetAnswer = { was: number };

/**
 * Begins a counter anew. It is always an entry of the log, also where nothing was counted: a full cap is open again
 * (QUO-7).
 */
export const resetCounter = defineCommand('caps.reset', {
  ...ABOUT_SUBJECT,
  async decide(context, { subject, cap, reason }): Promise<Outcome<ResetAnswer>> {
    const touched = await touchedSubject(context, subject);
    if ('refused' in touched) return touched;
    const { note, ...apart } = noted(touched.target, { reason });
    const was = await resetRow(context.tx, touched.account, cap);
    return {
      answer: { was },
      events: [
        {
          action: 'caps.counter_reset',
          target: touched.target,
          outcome: 'success',
          change: [{ path: `used.${cap}`, old: was, new: 0 }, ...note],
          ...apart
        }
      ],
      affects: []
    };
  }
});
