import type { OutboxRecord, PartValue } from '../../src/lib/client/outbox/record';

/** Word by which a row says how its edit stands. */
export type Word = 'Saving' | 'Waiting' | 'Saved' | '';

/** A row as it was shown at one moment. */
export type Shown = { key: string; word: Word; checked: boolean; at: number };

/** Promises that the device of an author made before it died. */
export type Promised = {
  /** Parts that were read from the device while they waited, by key: the last reading counts. */
  kept: Map<string, { op: string; value: PartValue }>;
  /** Every state of every row that was shown, in order. */
  shown: Shown[];
  killedAt: number;
};

/** Result of an operation, as the server says. */
export type Decided = {
  op: string;
  /** Keys that are different because of it. */
  applied: ReadonlySet<string>;
  /** Keys that did not land. */
  refused: ReadonlySet<string> | 'all';
  /** Number of entries of the log that say that it changed something. */
  entries: number;
};

/** State once everything is calm again. */
export type Outcome = {
  /** Operations of the author in this round, by id. */
  decided: ReadonlyMap<string, Decided>;
  /** Records that the device still holds. */
  device: readonly OutboxRecord[];
  /** The role as its rows say: permissions that are on, and its name. */
  granted: ReadonlySet<string>;
  name: string;
  /** The role as the reopened page shows it. */
  seen: { granted: ReadonlySet<string>; name: string; attention: number };
  /** Permissions that were on when the round began. */
  before: ReadonlySet<string>;
  /** Keys on which the log has a change to this value in this round, whoever made it: `key=value`. */
  changed: ReadonlySet<string>;
};

/**
 * Edits that were on screen for less than this before the kill may not have reached the device: they are counted apart.
 */
export const MOMENT_MS = 500;

export type Verdict = {
  problems: string[];
  /** Promises that were looked into: parts on the device, and rows that said *Saved*. */
  kept: number;
  saved: number;
  refused: number;
  /** Edits of the last moment that are gone: shown, and not on the device when the browser died. */
  lostInTheMoment: number;
};

/** Compares what a device promised with what became of it (LIV-4, R-06). */
export function judge(promised: Promised, outcome: Outcome): Verdict {
  const problems: string[] = [];
  const refused = refusedKeys(outcome.device);
  for (const [key, { op, value }] of promised.kept) {
    const decided = outcome.decided.get(op);
    if (!decided) problems.push(`${key} → ${value} (${op}) was on the device and never reached the server`);
    else if ((decided.refused === 'all' || decided.refused.has(key)) && !refused.has(key))
      problems.push(`${key} → ${value} (${op}) was refused, and its author is not told`);
  }
  for (const { op, applied, entries } of outcome.decided.values()) {
    const wanted = applied.size > 0 ? 1 : 0;
    if (entries !== wanted) problems.push(`${op} stands ${entries} times in the log, not ${wanted}`);
  }
  const saved = promised.shown.filter(({ word }) => word === 'Saved');
  for (const { key, checked } of saved)
    if (!outcome.changed.has(`${key}=${checked}`) && outcome.before.has(key) !== checked)
      problems.push(`${key} was shown as saved ${checked ? 'on' : 'off'}, the database never heard of it`);

  let lostInTheMoment = 0;
  for (const [key, shown] of lastPending(promised)) {
    if (promised.kept.has(key) || refused.has(key)) continue;
    if (isSo(outcome, key, shown.checked)) continue;
    if (promised.killedAt - shown.at < MOMENT_MS) lostInTheMoment += 1;
    else problems.push(`${key} said “${shown.word}” for longer than ${MOMENT_MS} ms, and is lost`);
  }
  problems.push(...compareScreen(outcome));
  return { problems, kept: promised.kept.size, saved: saved.length, refused: refused.size, lostInTheMoment };
}

function isSo({ changed, granted }: Outcome, key: string, on: boolean): boolean {
  return changed.has(`${key}=${on}`) || granted.has(key) === on;
}

/** Rows that said at the end that their edit was on its way, and since when they did. */
function lastPending({ shown }: Promised): Map<string, Shown> {
  const last = new Map<string, Shown>();
  for (const state of shown) {
    const isPending = state.word === 'Saving' || state.word === 'Waiting';
    if (!isPending) last.delete(state.key);
    // From *On its way* to *Waiting* it is the same edit.
    else if (last.get(state.key)?.checked !== state.checked) last.set(state.key, state);
  }
  return last;
}

function refusedKeys(device: readonly OutboxRecord[]): Set<string> {
  return new Set(
    device.flatMap(({ stage, change }) =>
      stage.is === 'refused' && change.kind === 'edit' ? Object.keys(change.parts) : []
    )
  );
}

function* compareScreen({ seen, granted, name, device }: Outcome): Generator<string> {
  for (const key of new Set([...seen.granted, ...granted]))
    if (seen.granted.has(key) !== granted.has(key))
      yield `${key} is ${seen.granted.has(key) ? 'on' : 'off'} on screen and ${granted.has(key) ? 'on' : 'off'} in the rows`;
  if (seen.name !== name) yield `the screen says “${seen.name}”, the row “${name}”`;
  const waiting = device.filter(({ stage }) => !['refused', 'landed'].includes(stage.is));
  if (waiting.length > 0) yield `${waiting.length} changes still wait on the device`;
  const refused = device.filter(({ stage }) => stage.is === 'refused').length;
  if (seen.attention !== refused) yield `${refused} changes were refused, the tray shows ${seen.attention}`;
}
