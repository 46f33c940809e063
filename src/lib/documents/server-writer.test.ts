import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { FEED_LENGTH, type FeedEntry, type PermissionCell, type RoleSummary } from './cells';
import { feedEntries, peopleMap, rolesMap } from './list-docs';
import { readGranted, readRoleHeader } from './role-doc';
import {
  appendFeed,
  capture,
  clockOf,
  loadUpdates,
  newServerDocument,
  SERVER_CLIENT,
  vectorAt,
  writePermissionCells,
  writeRoleHeader,
  writeRoleSummary
} from './server-writer';

const AT = '2026-11-22T08:00:00.000Z';
const cell = (on: boolean): PermissionCell => ({ on, by: 'Maya', at: AT });
const header = (seq: number) => ({
  kind: 'administrator' as const,
  name: 'Support',
  description: '',
  require2fa: false,
  require2faFrom: null,
  reviewedCatalogue: 1,
  locked: false,
  seq
});
const summary = (seq: number): RoleSummary => ({ ...header(seq), members: 1, count: 2 });

function entry(id: number): FeedEntry {
  return {
    id,
    at: AT,
    actor: { id: 'p1', name: 'Maya Lindqvist' },
    action: 'auth.sign_in',
    target: { type: 'session', id: `s${id}`, name: null },
    outcome: 'success',
    ip: '127.0.0.1',
    summary: 'Signed in',
    detail: 'Password · Firefox on macOS'
  };
}

/** Writes and fails when nothing changed. */
function change(doc: Y.Doc, write: () => void): Uint8Array {
  const update = capture(doc, write);
  if (!update) throw new Error('nothing changed');
  return update;
}

describe('a change', () => {
  test('a change is captured alone, not with the history of the document', () => {
    const doc = newServerDocument();
    const many = new Map(Array.from({ length: 1000 }, (_, n) => [`x.y.z${n}`, cell(true)]));
    const first = change(doc, () => writePermissionCells(doc, many));
    const second = change(doc, () => writePermissionCells(doc, new Map([['x.y.z7', cell(false)]])));
    expect(first.length).toBeGreaterThan(20_000);
    expect(second.length).toBeLessThan(120);
  });

  test('that changes nothing is none, and leaves the clock alone', () => {
    const doc = newServerDocument();
    change(doc, () => {
      writeRoleHeader(doc, header(1));
      writePermissionCells(doc, new Map([['a', cell(true)]]));
      writeRoleSummary(doc, 'support', summary(1));
    });
    const clock = clockOf(doc);
    const again = capture(doc, () => {
      writeRoleHeader(doc, header(1));
      writePermissionCells(doc, new Map([['a', cell(true)]]));
      writeRoleSummary(doc, 'support', summary(1));
      writeRoleSummary(doc, 'nobody', null);
    });
    expect(again).toBeNull();
    expect(clockOf(doc)).toBe(clock);
  });

  test('[LIV-2] always advances the clock: a tick, an untick, a removal, a trim', () => {
    const doc = newServerDocument();
    const writes = [
      () => writePermissionCells(doc, new Map([['a', cell(true)]])),
      () => writePermissionCells(doc, new Map([['a', cell(false)]])),
      () => writeRoleSummary(doc, 'support', summary(1)),
      () => writeRoleSummary(doc, 'support', null),
      () =>
        appendFeed(
          doc,
          Array.from({ length: FEED_LENGTH }, (_, n) => entry(n))
        ),
      () => appendFeed(doc, [entry(FEED_LENGTH)])
    ];
    for (const write of writes) {
      const before = clockOf(doc);
      change(doc, write);
      expect(clockOf(doc)).toBeGreaterThan(before);
    }
    expect(readGranted(doc).size).toBe(0);
    expect(rolesMap(doc).size).toBe(0);
  });

  test('a listener that throws does not leave the capture listening', () => {
    const doc = newServerDocument();
    expect(() =>
      capture(doc, () => {
        throw new Error('no');
      })
    ).toThrow('no');
    expect(doc._observers.get('update')?.size ?? 0).toBe(0);
  });
});

describe('loading', () => {
  test('loading keeps the one client id and the clock, so that writing goes on where it stopped', () => {
    const doc = newServerDocument();
    const updates = [1, 2, 3].map((seq) => change(doc, () => writeRoleHeader(doc, header(seq))));
    const copy = newServerDocument();
    loadUpdates(copy, updates);
    expect(copy.clientID).toBe(SERVER_CLIENT);
    expect(clockOf(copy)).toBe(clockOf(doc));
    const next = change(copy, () => writeRoleHeader(copy, header(4)));
    loadUpdates(doc, [next]);
    expect(readRoleHeader(doc)).toEqual(header(4));
    expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(copy));
  });

  test('a gap is an error, not a document with holes', () => {
    const doc = newServerDocument();
    const [first, , third] = [1, 2, 3].map((seq) => change(doc, () => writeRoleHeader(doc, header(seq))));
    expect(() => loadUpdates(newServerDocument(), [first!, third!])).toThrow(/gap/);
  });

  test('[LIV-2] a reader at a clock needs only what came after it', () => {
    const doc = newServerDocument();
    const many = new Map(Array.from({ length: 2000 }, (_, n) => [`x.y.z${n}`, cell(true)]));
    change(doc, () => writePermissionCells(doc, many));
    const reader = new Y.Doc();
    Y.applyUpdate(reader, Y.encodeStateAsUpdate(doc));
    const clock = clockOf(doc);
    change(doc, () => writePermissionCells(doc, new Map([['x.y.z3', cell(false)]])));
    expect(Y.encodeStateVector(reader)).toEqual(vectorAt(clock));
    const missed = Y.encodeStateAsUpdate(doc, vectorAt(clock));
    expect(missed.length).toBeLessThan(200);
    Y.applyUpdate(reader, missed);
    expect(readGranted(reader)).toEqual(readGranted(doc));
  });

  test('the vector of a reader who has nothing is empty', () => {
    expect(vectorAt(0)).toEqual(Y.encodeStateVector(new Y.Doc()));
  });
});

describe('the feed', () => {
  test('[LOG-3] the feed keeps the newest and stays small however much passed through', () => {
    const doc = newServerDocument();
    for (let id = 1; id <= 5000; id += 10)
      change(doc, () =>
        appendFeed(
          doc,
          Array.from({ length: 10 }, (_, n) => entry(id + n))
        )
      );
    const kept = feedEntries(doc).map((each) => each.id);
    expect(kept).toEqual(Array.from({ length: FEED_LENGTH }, (_, n) => 4501 + n));
    const fresh = newServerDocument();
    appendFeed(fresh, feedEntries(doc).toArray());
    expect(Y.encodeStateAsUpdate(doc).length).toBeLessThan(Y.encodeStateAsUpdate(fresh).length * 1.1);
  });

  test('the feed takes more than it can hold at once', () => {
    const doc = newServerDocument();
    change(doc, () =>
      appendFeed(
        doc,
        Array.from({ length: FEED_LENGTH + 100 }, (_, n) => entry(n))
      )
    );
    expect(feedEntries(doc).length).toBe(FEED_LENGTH);
    expect(feedEntries(doc).get(0).id).toBe(100);
  });
});

test('a document grown change by change shows what one written at once shows', () => {
  const grown = newServerDocument();
  const random = numbers(4711);
  const cells = new Map<string, PermissionCell>();
  for (let seq = 1; seq <= 300; seq++)
    capture(grown, () => {
      const id = `x.y.z${random() % 40}`;
      cells.set(id, cell(random() % 2 === 0));
      writePermissionCells(grown, new Map([[id, cells.get(id)!]]));
      writeRoleHeader(grown, header(seq));
    });
  const fresh = newServerDocument();
  capture(fresh, () => {
    writePermissionCells(fresh, cells);
    writeRoleHeader(fresh, header(300));
  });
  for (const name of ['role', 'permissions'])
    expect(grown.getMap(name).toJSON()).toEqual(fresh.getMap(name).toJSON());
  expect(peopleMap(grown).size).toBe(0);
});

/** A small generator with a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
