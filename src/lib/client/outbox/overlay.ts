import type { Part, Records, Stage, Subject } from './record';

/** A part of a subject that is not in the device's copy yet: its newest own value, and where that stands. */
export type Shown = { part: Part; stage: Stage['is'] };

/** The newest own value of each part of a subject that the device's copy does not show yet. */
export function overlayOf(records: Records, subject: Subject): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const record of records) {
    const { change, stage } = record;
    if (record.subject !== subject || change.kind !== 'edit' || stage.is === 'refused') continue;
    for (const [key, part] of Object.entries(change.parts)) shown.set(key, { part, stage: stage.is });
  }
  return shown;
}
