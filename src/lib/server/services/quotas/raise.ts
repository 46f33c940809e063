import { decideRaise } from '../../../core/quotas/raises';
import { endRaises, insertRaise, readRunningRaises, type RaiseRow } from '../../db/tables/raises-table';
import { readSection } from '../stored-settings/read-section';
import { defineCommand } from '../write-path/define-command';
import type { Outcome } from '../write-path/mutation';
import { ABOUT_SUBJECT, noted, touchedSubject } from './touched-subject';

/** Units by which a cap is raised now, all raises that run together. */
export type RaiseAnswer = { raised: number };

/** Raises a cap for a while: it counts from the next ask on, and ends by itself (QUO-7). */
export const raiseCap = defineCommand('caps.raise', {
  ...ABOUT_SUBJECT,
  async decide(context, { op, subject, cap, amount, until, reason }): Promise<Outcome<RaiseAnswer>> {
    const touched = await touchedSubject(context, subject);
    if ('refused' in touched) return touched;
    const { tx, actor } = context;
    const { account, target, caps } = touched;
    const raised = amountOf(await readRunningRaises(tx, account, cap));
    const end = new Date(until);
    const refused = decideRaise(
      { cap, amount, until: end },
      { platform: await readSection(tx, 'caps'), giver: actor.caps, own: caps, raised, now: new Date() }
    );
    if (refused) return { refused };
    const { note, ...apart } = noted(target, { reason });
    const by = { byId: actor.id, byName: actor.name };
    await insertRaise(tx, { id: op, subject: account, cap, amount, until: end, reason, ...by });
    return {
      answer: { raised: raised + amount },
      events: [
        {
          action: 'caps.raised',
          target,
          outcome: 'success',
          change: [
            { path: `raised.${cap}`, old: raised, new: raised + amount },
            { path: 'until', old: null, new: until },
            ...note
          ],
          ...apart
        }
      ],
      affects: []
    };
  }
});

/** Ends what a cap is raised by before its time. Where nothing is raised it changes nothing. */
export const endRaise = defineCommand('caps.endRaise', {
  ...ABOUT_SUBJECT,
  async decide(context, { subject, cap, reason }): Promise<Outcome<RaiseAnswer>> {
    const touched = await touchedSubject(context, subject);
    if ('refused' in touched) return touched;
    const ended = await endRaises(context.tx, touched.account, cap);
    const answer = { raised: 0 };
    if (ended.length === 0) return { answer, events: [], affects: [] };
    const { note, ...apart } = noted(touched.target, { reason });
    return {
      answer,
      events: [
        {
          action: 'caps.raise_ended',
          target: touched.target,
          outcome: 'success',
          change: [{ path: `raised.${cap}`, old: amountOf(ended), new: 0 }, ...note],
          ...apart
        }
      ],
      affects: []
    };
  }
});

function amountOf(raises: readonly RaiseRow[]): number {
  return raises.reduce((sum, { amount }) => sum + amount, 0);
}
