import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { SenderCell } from './cells';
import { gaugesMap, platformMap } from './list-docs';
import type { PlatformCell } from './cells';
import { LiveDocument } from './live-writer';

const cap = (used: number) => ({
  ...{ used, held: 0, limit: 1000, source: 'platform' as const },
  ...{ resetsAt: null, forecastAt: null }
});
const cell = (id: string, used: number): SenderCell => ({
  ...{ hourly: cap(used), daily: cap(used), monthly: cap(used), threads: cap(0) },
  sender: { type: 'administrator', id, name: id, status: 'active' },
  minutes: [used]
});
const cells = (used: number, people: string[]) =>
  new Map(people.map((id) => [`administrator:${id}`, cell(id, used)]));
const structs = (doc: Y.Doc) => [...doc.store.clients.values()].reduce((sum, each) => sum + each.length, 0);
const nobody: PlatformCell = { paused: null, total: null, marks: [80, 90] };

test('[QUO-6] gauges that move for hours leave nothing behind, neither here nor at a reader', () => {
  const live = new LiveDocument();
  const reader = new Y.Doc();
  const people = Array.from({ length: 50 }, (_, at) => `p${at}`);
  for (let tick = 1; tick <= 500; tick++) {
    const update = live.write(cells(tick, people), nobody);
    Y.applyUpdate(reader, update!);
    // The first update says nothing of what the document began with.
    if (tick === 1) Y.applyUpdate(reader, Y.encodeStateAsUpdate(live.doc));
  }
  for (const doc of [live.doc, reader]) expect(structs(doc)).toBeLessThanOrEqual(2 * people.length + 4);
  expect(gaugesMap(reader).get('administrator:p7')).toEqual(cell('p7', 500));
});

test('[QUO-6] what did not move is no update, and who is gone is taken out', () => {
  const live = new LiveDocument();
  expect(live.write(cells(1, ['a', 'b']), nobody)).not.toBeNull();
  expect(live.write(cells(1, ['a', 'b']), nobody)).toBeNull();
  live.write(cells(1, ['b']), {
    ...nobody,
    paused: { subject: 'platform', reason: 'complaints', until: null, by: 'Maya' }
  });
  expect([...gaugesMap(live.doc).keys()]).toEqual(['administrator:b']);
  expect(platformMap(live.doc).get('paused')).toMatchObject({ reason: 'complaints' });
  live.write(cells(1, ['a', 'b']), nobody);
  expect([...gaugesMap(live.doc).keys()].sort()).toEqual(['administrator:a', 'administrator:b']);
});
