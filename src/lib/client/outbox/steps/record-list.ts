import type { OutboxRecord, Parts, Records, Stage, Step } from '../record';

// What all steps are made of.

/** Some steps as one, which is stored and shown at once. */
export function inOrder(steps: readonly Step[]): Step {
  return (records) => steps.reduce<Records>((done, step) => step(done), records);
}

/** Changes the record of one operation, if it stands there; into none, one or several. */
export function inStage(
  records: Records,
  op: string,
  stage: Stage['is'],
  change: (record: OutboxRecord) => readonly OutboxRecord[]
): Records {
  return records.flatMap((record) =>
    record.op === op && record.stage.is === stage ? change(record) : [record]
  );
}

/** The record with other parts; what the server wants the password for is then another request. */
export function withParts(record: OutboxRecord, parts: Parts): OutboxRecord {
  const stage: Stage = record.stage.is === 'held' ? { is: 'held', amended: true } : record.stage;
  return { ...record, change: { kind: 'edit', parts }, stage };
}

export function replace(records: Records, changed: OutboxRecord): Records {
  return records.map((record) => (record.n === changed.n ? changed : record));
}

/** The number of the next record. */
export function nextNumber(records: Records): number {
  return records.reduce((most, { n }) => Math.max(most, n), 0) + 1;
}
