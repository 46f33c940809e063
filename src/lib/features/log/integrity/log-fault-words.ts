import type { LogFault } from '$lib/core/log/witness';
import { counted } from '$lib/ui/counted';

const entries = (n: number) => (n === 1 ? '1 entry' : `${counted(n)} entries`);

/** Sentence that says what happened to the log. */
export function logFaultWords(fault: LogFault, seen: number, now: number): string {
  if (fault === 'cut')
    return `This browser saw ${entries(seen)}. The log now ends after ${entries(now)}: the rest is gone.`;
  if (fault === 'rewritten')
    return `This browser saw the first ${entries(seen)}. The log now differs from them: something was changed.`;
  return 'The log is not signed by the key that signed it when this browser first saw it.';
}

export function restoredWords(seen: number, now: number): string {
  const lost =
    seen > now
      ? `This browser saw ${entries(seen)} of the log, now it has ${entries(now)}: what happened in between is no longer in it.`
      : `This browser saw ${entries(seen)} of the log before.`;
  return `${lost} If you weren’t told about a restore, ask whoever runs this console.`;
}
