import type { Request } from '../../src/lib/client/outbox/requests';
import type { OutboxRecord, Records } from '../../src/lib/client/outbox/record';
import { StoreFull, type OutboxStore } from '../../src/lib/client/outbox/store';
import type { Sent, Transport } from '../../src/lib/client/outbox/transport';
import { isOn } from './faults';
import { uuidOf } from './determinism';
import type { World } from './world';

// The seeded faults of the device. Without a fault each hands through what it got.

/** Records that a step leaves on the device. */
export function faultyRecords(after: Records, before: Records): Records {
  if (isOn('landed-dropped')) return after.filter(({ stage }) => stage.is !== 'landed');
  if (isOn('sent-amended')) return withAmendedSent(after, before);
  return after;
}

/** True if a step fixes a change to send it. */
export function isFixing(before: Records, after: Records): boolean {
  return after.some(
    ({ op, stage }) => stage.is === 'sent' && before.some((old) => old.op === op && old.stage.is === 'queued')
  );
}

/** `spill-lost`: what has no room is lost, and nothing is said. */
export function faultyStore(store: OutboxStore): OutboxStore | null {
  if (!isOn('spill-lost')) return null;
  return {
    read: () => store.read(),
    close: () => store.close(),
    update: (step) =>
      store.update(step).catch((error: unknown) => {
        if (error instanceof StoreFull) return store.read();
        throw error;
      })
  };
}

/** Records that are there when a page opens. */
export function faultyReload(records: Records): Records {
  if (isOn('held-lost')) return records.filter(({ stage }) => stage.is !== 'held');
  if (isOn('memory-alone')) return [];
  if (isOn('sent-reopened'))
    return records.map((record) =>
      record.stage.is === 'sent' ? { ...record, stage: { is: 'queued' } } : record
    );
  if (isOn('sent-forgotten')) return records.filter(({ stage }) => stage.is !== 'sent');
  return records;
}

function withAmendedSent(after: Records, before: Records): Records {
  const sent = after.find(({ stage, change }) => stage.is === 'sent' && change.kind === 'edit');
  const later = after.find(
    ({ n, subject, stage, change }) =>
      sent && n > sent.n && subject === sent.subject && stage.is === 'queued' && change.kind === 'edit'
  );
  if (!sent || !later || !before.some(({ op, stage }) => op === sent.op && stage.is === 'sent')) return after;
  const parts = (record: OutboxRecord) => (record.change.kind === 'edit' ? record.change.parts : {});
  const merged: OutboxRecord = {
    ...sent,
    change: { kind: 'edit', parts: { ...parts(sent), ...parts(later) } }
  };
  return after.flatMap((record) => (record === later ? [] : record === sent ? [merged] : [record]));
}

/** Transport with faults in what is sent, and in what is made of the answer. */
export function faultyTransport(world: World, transport: Transport): Transport {
  const tried = new Set<string>();
  return async (request) => {
    const sent = await transport(faultyRequest(world, request, tried));
    return faultyAnswer(sent);
  };
}

function faultyRequest(world: World, request: Request, tried: Set<string>): Request {
  const op = request.input['op'] as string;
  if (isOn('op-renewed') && tried.has(op))
    return { ...request, input: { ...request.input, op: uuidOf(world) } };
  tried.add(op);
  if (isOn('seen-everything') && 'seen' in request.input)
    return { ...request, input: { ...request.input, seen: Number.MAX_SAFE_INTEGER, seenParts: undefined } };
  return request;
}

function faultyAnswer(sent: Sent): Sent {
  if (isOn('refusal-retried') && sent.is === 'refused' && sent.refusal.code.startsWith('access/'))
    return { is: 'lost' };
  if (isOn('refusal-dropped') && sent.is === 'answer')
    return { is: 'answer', answer: { ...(sent.answer as object), refused: [] } };
  if (isOn('refusal-accepted') && sent.is === 'refused' && sent.refusal.code.startsWith('access/'))
    return { is: 'answer', answer: { seq: 1, applied: [], refused: [] } };
  return sent;
}
