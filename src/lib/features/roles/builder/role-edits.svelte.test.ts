import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { Refusal } from '$lib/core/access/refusal';
import type { RefusedPart } from '$lib/core/roles/roles';
import { permissionCells } from '$lib/documents/role-doc';
import { MemoryStore } from '$lib/client/outbox/memory-store';
import { Outbox } from '$lib/client/outbox/outbox.svelte';
import type { OutboxRecord } from '$lib/client/outbox/record';
import type { Sent as Reply } from '$lib/client/outbox/transport';
import { browserClock } from '$lib/client/outbox/browser-clock';
import { RoleEdits } from './role-edits.svelte';

type Input = {
  op: string;
  seen: number;
  seenParts?: Record<string, number>;
  grant?: string[];
  revoke?: string[];
  name?: string;
  description?: string;
  require2fa?: boolean;
};
type Asked = { input: Input; reply: (reply: Reply) => void };

/** A role, its editor, and a server whose answers the test gives. */
function setUp(on: string[] = []) {
  const doc = new Y.Doc();
  const sent: Asked[] = [];
  const shown: string[][] = [];
  let seq = 5;
  let ops = 0;
  const write = (cells: Record<string, boolean>, by: string, fields: Record<string, unknown> = {}) =>
    doc.transact(() => {
      seq++;
      const at = new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
      for (const [id, value] of Object.entries(cells)) permissionCells(doc).set(id, { on: value, by, at });
      for (const [field, value] of Object.entries(fields)) doc.getMap('role').set(field, value);
      doc.getMap('role').set('seq', seq);
    });
  doc.getMap('role').set('name', 'Support');
  doc.getMap('role').set('description', 'Helps');
  write(Object.fromEntries(on.map((id) => [id, true])), 'Maya');
  const outbox = new Outbox({
    store: new MemoryStore(),
    send: ({ input }) =>
      new Promise((resolve) => sent.push({ input: input as unknown as Input, reply: resolve })),
    alone: (work) => work(),
    channel: { announce: () => undefined, onheard: () => () => undefined },
    clock: browserClock,
    random: () => 0.5,
    newOp: () => `op-${ops++}`,
    mayTry: () => true,
    askPassword: async () => false
  });
  const edits = new RoleEdits({
    roleId: 'support',
    doc,
    outbox,
    isMe: (by) => by === 'Maya',
    onShown: (ids) => shown.push([...ids])
  });
  /** Answers the newest request as the server would, and lets the replica catch up. */
  const commit = async (refused: RefusedPart[] = [], { replicate = true } = {}) => {
    await settle();
    const last = sent.at(-1);
    if (!last) throw new Error('nothing was sent');
    const bad = new Set(refused.map((part) => part.permission));
    const cells: Record<string, boolean> = {};
    for (const id of last.input.grant ?? []) if (!bad.has(id)) cells[id] = true;
    for (const id of last.input.revoke ?? []) if (!bad.has(id)) cells[id] = false;
    const { name, description, require2fa } = last.input;
    const now = (id: string) => permissionCells(doc).get(id)?.on === true;
    const granted = Object.keys(cells).filter((id) => cells[id] && !now(id));
    const revoked = Object.keys(cells).filter((id) => !cells[id] && now(id));
    const fieldNames = ['name', 'description', 'require2fa'].filter((field) => field in last.input);
    const answer = { seq: seq + 1, applied: { granted, revoked, fields: fieldNames }, refused };
    last.reply({ is: 'answer', answer });
    await settle();
    const fields = Object.fromEntries(
      Object.entries({ name, description, require2fa }).filter(([, value]) => value !== undefined)
    );
    const land = () => write(cells, 'Maya', fields);
    if (replicate) land();
    await settle();
    return land;
  };
  /** The newest request gets no answer. */
  const lose = async () => {
    await settle();
    sent.at(-1)?.reply({ is: 'lost' });
    await settle();
  };
  const refuse = async (refusal: Refusal) => {
    await settle();
    sent.at(-1)?.reply({ is: 'refused', refusal });
    await settle();
  };
  return { doc, outbox, edits, sent, shown, write, commit, lose, refuse, seq: () => seq };
}

const reasonOf = (record: OutboxRecord | undefined) =>
  record?.stage.is === 'refused' ? record.stage.reason : undefined;
const partsOf = (record: OutboxRecord | undefined) =>
  record?.change.kind === 'edit'
    ? Object.entries(record.change.parts).map(([key, { value }]) => [key, value])
    : [];

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('[ROL-4] a tick is in force once committed', () => {
  test('it is shown as intended, on its way, saved for a moment, then silent', async () => {
    const { edits, sent, commit } = setUp();
    expect(edits.set(['a'], true)).toBe(1);
    expect(edits.shown('a')).toBe(true);
    expect(edits.isCommitted('a')).toBe(false);
    expect(edits.stateOf('a')).toBe('sending');
    expect(edits.pending).toBe(1);
    await settle();
    expect(sent[0]?.input).toMatchObject({ id: 'support', seen: 6, grant: ['a'] });
    expect(sent[0]?.input).not.toHaveProperty('revoke');
    await commit();
    expect(edits.isCommitted('a')).toBe(true);
    expect(edits.stateOf('a')).toBe('saved');
    expect(edits.pending).toBe(0);
    await vi.advanceTimersByTimeAsync(1200);
    expect(edits.stateOf('a')).toBe('rest');
  });

  test('the overlay stays until the replica has reached the acknowledged version', async () => {
    const { edits, commit } = setUp();
    edits.set(['a'], true);
    const land = await commit([], { replicate: false });
    expect(edits.isCommitted('a')).toBe(false);
    expect(edits.shown('a')).toBe(true);
    land();
    expect(edits.shown('a')).toBe(true);
    expect(edits.isCommitted('a')).toBe(true);
  });

  test('what is already so is not sent', async () => {
    const { edits, sent } = setUp(['a']);
    expect(edits.set(['a'], true)).toBe(0);
    await settle();
    expect(sent).toHaveLength(0);
    expect(edits.canUndo).toBe(false);
  });

  test('one request at a time; what was asked meanwhile goes together, the latest wish wins', async () => {
    const { edits, sent, commit } = setUp(['x']);
    edits.set(['a'], true);
    await settle();
    edits.set(['b'], true);
    edits.set(['c', 'x'], true);
    edits.set(['x'], false);
    edits.set(['b'], false);
    await settle();
    expect(sent).toHaveLength(1);
    await commit();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.input).toMatchObject({ grant: ['c'], revoke: ['x'] });
    expect(sent[1]?.input.op).not.toBe(sent[0]?.input.op);
    await commit();
    expect(sent).toHaveLength(2);
    expect([edits.shown('a'), edits.shown('b'), edits.shown('c'), edits.shown('x')]).toEqual([
      true,
      false,
      true,
      false
    ]);
  });

  test('at most 1,000 permissions go in one request', async () => {
    const { edits, sent, commit } = setUp();
    edits.set(
      Array.from({ length: 2300 }, (_, n) => `p${n}`),
      true
    );
    await commit();
    await commit();
    await commit();
    expect(sent.map(({ input }) => input.grant?.length)).toEqual([1000, 1000, 300]);
    edits.undo();
    expect(edits.shown('p0') || edits.shown('p2299')).toBe(false);
  });
});

describe('[ROL-4] without a connection', () => {
  test('an unknown outcome is repeated, unchanged, with the same operation id', async () => {
    const { edits, sent, commit, lose } = setUp();
    edits.set(['a'], true);
    await lose();
    expect(edits.stateOf('a')).toBe('waiting');
    edits.set(['b'], true);
    expect(edits.stateOf('b')).toBe('waiting');
    expect(edits.pending).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.input).toEqual(sent[0]?.input);
    await commit();
    expect(sent[2]?.input.grant).toEqual(['b']);
  });

  test('the wait grows, and ends at once when the connection is back', async () => {
    const { edits, outbox, sent, lose } = setUp();
    edits.set(['a'], true);
    for (let failures = 0; failures < 6; failures++) {
      await lose();
      if (failures < 5) await vi.advanceTimersByTimeAsync(60_000);
    }
    const tries = sent.length;
    await vi.advanceTimersByTimeAsync(4000);
    expect(sent).toHaveLength(tries);
    outbox.retryNow();
    await settle();
    expect(sent).toHaveLength(tries + 1);
    edits.destroy();
    outbox.close();
  });

  test('a busy server is asked again when it says', async () => {
    const { edits, sent, refuse } = setUp();
    edits.set(['a'], true);
    await refuse({ code: 'busy', retryAfter: 4 });
    await vi.advanceTimersByTimeAsync(2900);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent[1]?.input.op).toBe(sent[0]?.input.op);
    expect(edits.attention).toEqual([]);
  });
});

describe('[LIV-8] what is refused is never dropped silently', () => {
  test('a refused part leaves the overlay for the list, the rest stays', async () => {
    const { edits, commit } = setUp();
    edits.set(['a', 'b'], true);
    await commit([{ code: 'access/not-held', permission: 'b', permissions: ['b'] }]);
    expect([edits.shown('a'), edits.shown('b')]).toEqual([true, false]);
    expect(edits.stateOf('b')).toBe('rest');
    expect(edits.attention).toHaveLength(1);
    expect(reasonOf(edits.attention[0])?.code).toBe('access/not-held');
    expect(partsOf(edits.attention[0])).toEqual([['b', true]]);
  });

  test('a refused request names all that it held, and the queue goes on', async () => {
    const { edits, sent, refuse } = setUp(['x']);
    edits.set(['a'], true);
    await settle();
    edits.set(['x'], false);
    await refuse({ code: 'access/not-dominated' });
    expect(edits.shown('a')).toBe(false);
    expect(reasonOf(edits.attention[0])?.code).toBe('access/not-dominated');
    expect(sent[1]?.input.revoke).toEqual(['x']);
  });

  test('trying again asks knowingly, discarding forgets', async () => {
    const { edits, outbox, sent, commit, write } = setUp(['a']);
    edits.set(['a'], false);
    await commit();
    edits.set(['a'], true);
    const revoked = { code: 'conflict/revoked-since', permission: 'a', by: 'Tomás' } as const;
    await commit([{ ...revoked, at: '2026-01-01T00:00:00Z', version: 40 }]);
    write({ a: false }, 'Tomás');
    write({ b: true }, 'Tomás');
    outbox.askAgain(edits.attention[0]!.n);
    await settle();
    expect(edits.attention).toEqual([]);
    // The revocation that they were told of, and nothing that came later.
    expect(sent.at(-1)?.input).toMatchObject({ grant: ['a'], seen: 40 });
    await commit([{ ...revoked, at: '2026-01-01T00:00:00Z', version: 44 }]);
    outbox.discard(edits.attention[0]!.n);
    expect(edits.attention).toEqual([]);
  });

  test('a part may name a missing permission: its field says what was asked', async () => {
    const { edits, sent } = setUp();
    edits.setField('require2fa', true);
    await settle();
    const missing = { code: 'access/permission-required', permission: 'people.roles.require_2fa' } as const;
    const refused = [{ ...missing, field: 'require2fa' }];
    const applied = { granted: [], revoked: [], fields: [] };
    sent[0]?.reply({ is: 'answer', answer: { seq: 6, applied, refused } });
    await settle();
    expect(partsOf(edits.attention[0])).toEqual([['require2fa', true]]);
    expect(edits.field('require2fa')).toBe(false);
  });
});

describe('[ROL-4] [ROL-9] an own restore is no ground for undo', () => {
  const restore = (outbox: Outbox, version: { seq: number; seen: number }) =>
    outbox.run({
      procedure: 'roles.restore',
      input: { id: 'support', ...version },
      subject: 'role:support',
      label: 'Support'
    });

  test('what was done before it can neither be undone nor redone', async () => {
    const { edits, outbox, sent, commit, write } = setUp(['a', 'b']);
    edits.set(['a'], false);
    await commit();
    edits.set(['b'], false);
    await commit();
    edits.undo();
    await commit();
    expect([edits.canUndo, edits.canRedo]).toEqual([true, true]);
    void restore(outbox, { seq: 4, seen: edits.seq });
    await settle();
    expect([edits.canUndo, edits.canRedo]).toEqual([true, true]);
    const { reply } = sent.at(-1)!;
    write({ a: true }, 'Maya');
    reply({ is: 'answer', answer: { seq: edits.seq, refused: [] } });
    await settle();
    expect([edits.canUndo, edits.canRedo, edits.undo(), edits.redo()]).toEqual([false, false, null, null]);
    await settle();
    expect(sent).toHaveLength(4);
    edits.set(['a'], false);
    await commit();
    expect(edits.canUndo).toBe(true);
  });

  test('what was done after it was asked for can be undone', async () => {
    const { edits, outbox, sent, commit, write } = setUp(['a', 'b', 'c']);
    edits.set(['a'], false);
    await commit();
    edits.set(['b'], false);
    await commit();
    edits.undo();
    await commit();
    void restore(outbox, { seq: 4, seen: edits.seq });
    await settle();
    const { reply } = sent.at(-1)!;
    edits.set(['c'], false);
    write({ a: true }, 'Maya');
    reply({ is: 'answer', answer: { seq: edits.seq, refused: [] } });
    await commit();
    expect([...edits.lastGesture!.permissions]).toEqual([['c', false]]);
    expect(edits.undo()?.skipped).toEqual([]);
    await commit();
    expect([edits.shown('c'), edits.canUndo, edits.canRedo]).toEqual([true, false, true]);
  });

  test('one that waited from an earlier visit leaves what is done now', async () => {
    const first = setUp(['a']);
    void restore(first.outbox, { seq: 4, seen: first.edits.seq });
    await settle();
    const edits = new RoleEdits({
      roleId: 'support',
      doc: first.doc,
      outbox: first.outbox,
      isMe: () => true
    });
    edits.set(['a'], false);
    first.sent.at(-1)!.reply({ is: 'answer', answer: { seq: edits.seq, refused: [] } });
    await settle();
    expect(edits.canUndo).toBe(true);
  });

  test('one that is kept counts when it lands, also in part; one that is refused does not', async () => {
    const { edits, outbox, sent, commit, lose, refuse } = setUp(['a']);
    edits.set(['a'], false);
    await commit();
    void restore(outbox, { seq: 4, seen: edits.seq });
    await lose();
    expect([outbox.waiting, edits.canUndo]).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(500);
    await refuse({ code: 'access/not-dominated' });
    expect(edits.canUndo).toBe(true);

    void restore(outbox, { seq: 4, seen: edits.seq });
    await lose();
    await vi.advanceTimersByTimeAsync(500);
    const refused = [{ code: 'access/not-held', permission: 'b', permissions: ['b'] }];
    sent.at(-1)!.reply({
      is: 'answer',
      answer: { seq: 9, applied: { granted: ['a'], revoked: [], fields: [] }, refused }
    });
    await settle();
    expect(edits.canUndo).toBe(false);
  });
});

describe('[LIV-6] `seen` says what the author knew', () => {
  test('a grant asked before somebody revoked keeps the older version', async () => {
    const { edits, sent, commit, write } = setUp(['a']);
    edits.set(['a'], false);
    await commit();
    edits.set(['other'], true);
    await settle();
    const before = edits.seq;
    edits.set(['a'], true);
    write({ a: false }, 'Tomás');
    edits.set(['b'], true);
    await commit();
    // Nobody touched the other one: each part says for itself what its author knew.
    expect(sent[2]?.input).toMatchObject({ grant: ['a', 'b'], seen: before + 1, seenParts: { a: before } });
  });

  test('one’s own revocation on the way does not stand against one’s own grant', async () => {
    const { edits, sent, commit } = setUp(['a']);
    edits.set(['a'], false);
    await settle();
    edits.set(['a'], true);
    await commit([], { replicate: false });
    await settle();
    expect(edits.shown('a')).toBe(true);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.input).toMatchObject({ grant: ['a'], seen: edits.seq + 1 });
  });

  test('a revocation that somebody else had made first does stand against it', async () => {
    const { edits, sent } = setUp(['a']);
    const before = edits.seq;
    edits.set(['a'], false);
    await settle();
    edits.set(['a'], true);
    const applied = { granted: [], revoked: [], fields: [] };
    sent[0]?.reply({ is: 'answer', answer: { seq: before + 1, applied, refused: [] } });
    await settle();
    expect(sent[1]?.input).toMatchObject({ grant: ['a'], seen: before });
  });
});

describe('[ROL-4] undo and redo by intent', () => {
  test('an undo is a new edit, a redo too', async () => {
    const { edits, sent, commit } = setUp(['a']);
    edits.set(['a'], false);
    await commit();
    edits.undo();
    expect(edits.shown('a')).toBe(true);
    await commit();
    expect(sent[1]?.input.grant).toEqual(['a']);
    expect(edits.canUndo).toBe(false);
    edits.redo();
    await commit();
    expect(sent[2]?.input.revoke).toEqual(['a']);
    expect(edits.canRedo).toBe(false);
    expect(edits.canUndo).toBe(true);
  });

  test('an undo of what was not sent leaves no trace', async () => {
    const { edits, sent, commit } = setUp(['x']);
    edits.set(['a'], true);
    await settle();
    edits.set(['b'], true);
    edits.set(['x'], false);
    edits.undo();
    edits.undo();
    expect([edits.shown('b'), edits.shown('x'), edits.pending]).toEqual([false, true, 1]);
    await commit();
    expect(sent).toHaveLength(1);
  });

  test('reverts only what still stands, and names what it skipped', async () => {
    const { edits, sent, commit, write } = setUp(['a', 'b']);
    edits.set(['a', 'b'], false);
    await commit();
    write({ b: true }, 'Tomás');
    const reversal = edits.undo();
    expect(reversal?.skipped).toEqual(['b']);
    await commit();
    expect(sent[1]?.input.grant).toEqual(['a']);
    edits.redo();
    await commit();
    expect(sent[2]?.input.revoke).toEqual(['a']);
    expect(edits.shown('b')).toBe(true);
  });

  test('never grants again what somebody else revoked meanwhile', async () => {
    const { edits, sent, commit, write } = setUp(['a']);
    edits.set(['a'], false);
    await commit();
    write({ a: true }, 'Tomás');
    write({ a: false }, 'Tomás');
    expect(edits.undo()?.skipped).toEqual(['a']);
    await settle();
    expect(sent).toHaveLength(1);
    expect(edits.shown('a')).toBe(false);
  });

  test('a revocation that somebody else made first is not one’s own to undo', async () => {
    const { edits, sent, write, commit } = setUp(['a']);
    edits.set(['a'], false);
    await settle();
    write({ a: false }, 'Tomás');
    await commit();
    expect(sent).toHaveLength(1);
    expect(edits.canUndo).toBe(false);
    expect(edits.undo()).toBeNull();
  });

  test('what did not land cannot be undone', async () => {
    const { edits, commit } = setUp();
    edits.set(['a'], true);
    await commit([{ code: 'access/not-held', permission: 'a', permissions: ['a'] }]);
    expect(edits.canUndo).toBe(false);
    expect(edits.undo()).toBeNull();
  });

  test('undoes the gesture it is asked for, not the newest', async () => {
    const { edits, commit } = setUp();
    edits.set(['a', 'b'], true);
    const gesture = edits.lastGesture;
    await commit();
    edits.set(['c'], true);
    await commit();
    edits.undo(gesture);
    expect([edits.shown('a'), edits.shown('b'), edits.shown('c')]).toEqual([false, false, true]);
  });

  test('a new edit ends the redo', async () => {
    const { edits, commit } = setUp();
    edits.set(['a'], true);
    await commit();
    edits.undo();
    expect(edits.canRedo).toBe(true);
    edits.set(['b'], true);
    expect(edits.canRedo).toBe(false);
  });
});

describe('[ROL-8] fields', () => {
  test('a rename is shown, sent with the version seen when it began, and can be undone', async () => {
    const { edits, sent, commit } = setUp();
    edits.setField('name', 'Helpdesk');
    expect(edits.field('name')).toBe('Helpdesk');
    expect(edits.committed?.name).toBe('Support');
    expect(edits.stateOf('name')).toBe('sending');
    await commit();
    expect(edits.committed?.name).toBe('Helpdesk');
    edits.undo();
    expect(edits.field('name')).toBe('Support');
    await settle();
    expect(sent[1]?.input).toMatchObject({ name: 'Support' });
  });

  test('[LIV-7] changed on both sides: the version of its author goes with it', async () => {
    const { edits, sent, write } = setUp();
    const seen = edits.seq;
    write({}, 'Tomás', { description: 'Theirs' });
    edits.setField('description', 'Mine', { value: 'Helps', seq: seen });
    await settle();
    expect(sent[0]?.input).toMatchObject({ description: 'Mine', seen });
    edits.setField('name', 'Support', { value: 'Support', seq: seen });
    expect(edits.pending).toBe(1);
  });
});

test('[LIV-4] edits that waited before the page was opened call nobody back who is not there yet', () => {
  const { doc, outbox, edits: first } = setUp();
  first.set(['p1'], true);
  const later: RoleEdits = new RoleEdits({
    ...{ roleId: 'support', doc, outbox, isMe: () => true },
    // As the page does: it asks what is shown.
    onShown: (ids) => [...ids].map((id) => later.shown(id))
  });
  expect(later.shown('p1')).toBe(true);
});

describe('[ROL-13] the cost of a tick', () => {
  test('the cost of a tick names only the rows that may look different', async () => {
    const { edits, shown, commit } = setUp(Array.from({ length: 500 }, (_, n) => `p${n}`));
    shown.length = 0;
    edits.set(['p7'], false);
    await commit();
    expect(new Set(shown.flat())).toEqual(new Set(['p7']));
  });
});
