import { forwardingOf, isPending, type Records, type Subject } from './record';

/** State of a subject with own edits, as a list shows it: the one thing that matters most. */
export type SubjectState = 'attention' | 'held' | 'waiting' | 'saving';

const RANK: Record<SubjectState, number> = { attention: 3, held: 2, waiting: 1, saving: 0 };

/**
 * States of one's own edits of each subject; subjects without any are left out.
 * @param waiting nothing can be said about when what is pending gets through
 */
export function subjectStates(records: Records, waiting: boolean): ReadonlyMap<Subject, SubjectState> {
  const states = new Map<Subject, SubjectState>();
  for (const record of records) {
    const { subject, stage } = record;
    const state =
      stage.is === 'refused' && !forwardingOf(record)
        ? 'attention'
        : stage.is === 'held'
          ? 'held'
          : isPending(record)
            ? waiting
              ? 'waiting'
              : 'saving'
            : null;
    if (state === null) continue;
    const before = states.get(subject);
    if (before === undefined || RANK[state] > RANK[before]) states.set(subject, state);
  }
  return states;
}
