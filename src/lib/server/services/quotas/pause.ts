import type { Refusal } from '../../../core/access/refusal';
import type { AuditTarget } from '../../../core/log/entry';
import type { AuthoritySubject } from '../../db/driver/notify';
import { endPause, findPause, putPause } from '../../db/tables/pauses-table';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';
import { ABOUT_SUBJECT, noted, targetIn, touchedSubject, type CapSubject } from './touched-subject';

/** State of the pause now; `until` null: it lasts until somebody ends it. */
export type PauseAnswer = { paused: boolean; until: string | null };

/**
 * Pauses the sending of somebody, or of everybody: from its commit on each ask is refused, since each reads the
 * pauses anew (QUO-8). A second one takes the place of the first.
 */
export const pauseSending = defineCommand('caps.pause', {
  ...ABOUT_SUBJECT,
  async decide(context, { subject, reason, until = null }): Promise<Outcome<PauseAnswer>> {
    const paused = await pausable(context, subject);
    if ('refused' in paused) return paused;
    if (until !== null && Date.parse(until) <= Date.now())
      return {
        refused: { code: 'input/invalid', field: 'until', message: 'The end must be in the future.' }
      };
    const { tx, actor } = context;
    const before = await findPause(tx, paused.account);
    const { note, ...apart } = noted(paused.target, { old: before?.reason, reason });
    await putPause(tx, {
      subject: paused.account,
      reason,
      until: until === null ? null : new Date(until),
      byId: actor.id,
      byName: actor.name
    });
    return {
      answer: { paused: true, until },
      events: [
        {
          action: 'caps.paused',
          target: paused.target,
          outcome: 'success',
          change: [...note, { path: 'until', old: before?.until?.toISOString() ?? null, new: until }],
          ...apart
        }
      ],
      affects: [],
      authority: [paused.authority]
    };
  }
});

/** Lets somebody, or everybody, send again. Where nothing is paused it changes nothing. */
export const resumeSending = defineCommand('caps.resume', {
  ...ABOUT_SUBJECT,
  async decide(context, { subject, reason }): Promise<Outcome<PauseAnswer>> {
    const paused = await pausable(context, subject);
    if ('refused' in paused) return paused;
    const ended = await endPause(context.tx, paused.account);
    const answer = { paused: false, until: null };
    if (!ended) return { answer, events: [], affects: [] };
    const { note, ...apart } = noted(paused.target, { old: ended.reason, reason });
    return {
      answer,
      events: [
        {
          action: 'caps.resumed',
          target: paused.target,
          outcome: 'success',
          change: note,
          ...apart
        }
      ],
      affects: [],
      authority: [paused.authority]
    };
  }
});

/**
 * Account whose sending is paused, and whose decisions change with it. For everybody's the permission alone decides:
 * no one is stronger than all of them.
 */
async function pausable(
  context: Decision,
  subject: CapSubject | 'platform'
): Promise<{ account: string; target: AuditTarget; authority: AuthoritySubject } | { refused: Refusal }> {
  if (subject === 'platform')
    return { account: subject, target: { ...targetIn({ subject }), name: null }, authority: subject };
  const touched = await touchedSubject(context, subject);
  if ('refused' in touched) return touched;
  const { type, id } = subject;
  return { ...touched, authority: `${type === 'administrator' ? 'person' : type}:${id}` };
}
