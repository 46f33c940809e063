import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exportCheckpoint, exportEnd, exportEntry, exportHeader } from '../src/lib/core/log/export-format';
import { inclusionRanges } from '../src/lib/core/log/proof';
import { appendLeaves, foldSubtrees, placesOf } from '../src/lib/core/log/tree';
import { sha256 } from '../src/lib/server/auth/token';
import { GOLDEN_LOG } from '../tests/support/golden-log';
import { fullLog, linesOf, MADE_ORIGIN, madeKeys, type MadeLog } from '../tests/support/made-log';
import { logVerify, otherVerifiers } from '../tests/support/verifiers';
import { canonical } from './canonical.mjs';

// Three readings of one format must agree on what is intact, on what is not, and on every byte in between.

// Every judgement is a process of its own.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let log: MadeLog;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-export-'));
  log = fullLog(await madeKeys());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const others = otherVerifiers();
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

async function verify(lines: readonly string[], ...args: string[]) {
  const path = join(folder, 'export.jsonl');
  await writeFile(path, lines.join(''));
  return logVerify('--file', path, ...args);
}

function goldenLines(): string[] {
  const { origin, vkey, bodies, leaves, chain, note } = GOLDEN_LOG;
  return [
    exportHeader({ kind: 'whole', origin, vkeys: [vkey], size: 3, at: '2026-11-22T05:00:04.000Z' }),
    ...bodies.map((body, at) =>
      exportEntry({
        seq: at + 1,
        body: new TextEncoder().encode(body),
        leaf: bytes(leaves[at]!),
        chain: bytes(chain[at + 1]!),
        pii: null
      })
    ),
    exportCheckpoint(note, '2026-11-22T05:00:04.000Z'),
    exportEnd(3)
  ];
}

test('[LOG-6] clocks that differ are named, and the log is intact', async () => {
  const lines = goldenLines();
  lines[4] = exportCheckpoint(GOLDEN_LOG.note, '2026-11-22T04:50:00.000Z');
  const { code, text } = await verify(lines, '--key', GOLDEN_LOG.vkey);
  expect([code, text]).toEqual([
    0,
    expect.stringMatching(/Note: V10 entry 3: .* clocks differed\.\n(.*\n)*INTACT/)
  ]);
});

test('[LOG-6] all agree on the golden log, to the byte', async () => {
  const { code, text } = await verify(goldenLines(), '--key', GOLDEN_LOG.vkey);
  expect([code, text]).toEqual([0, expect.stringMatching(/3 entries, 1 checkpoints.*\n(.*\n)*INTACT/)]);
  for (const { name, judge } of others)
    expect(judge(goldenLines()), name).toEqual({
      ok: true,
      entries: 3,
      chain: GOLDEN_LOG.chain[3],
      root: GOLDEN_LOG.root,
      roots: [GOLDEN_LOG.note.split('\n')[2]]
    });
});

test('[LOG-6] all agree on a log with a rotation, pruned entries and erased data', async () => {
  const { code, text } = await verify(linesOf(log), '--key', log.vkeys[0]!);
  expect(text).toContain('4 entries were pruned');
  expect(text).toContain('Of 1 entries the personal data were erased');
  expect(text).toContain(`signed up to 40 by ${log.vkeys[1]}`);
  expect(code).toBe(0);
  for (const { name, judge } of others) {
    const { ok, chain, roots } = judge(linesOf(log));
    expect(ok, name).toBe(true);
    expect(chain).toBe(Buffer.from(log.entries.at(-1)!.chain).toString('hex'));
    expect(roots).toEqual(log.checkpoints.map(({ note }) => note.split('\n')[2]));
  }
});

test('[LOG-6] what one of them finds changed, all do', async () => {
  const lines = linesOf(log);
  const at = (seq: number) => lines.findIndex((line) => line.startsWith(`{"seq":${seq},`));
  const edited = (index: number, from: string | RegExp, to: string) =>
    lines.map((line, each) => (each === index ? line.replace(from, to) : line));
  const cases = [
    edited(at(9), 'role.edited', 'role.deleted'),
    edited(at(12), /"chain":"./, '"chain":"g'.replace('g', '0')),
    edited(at(14), '"doc":"ey', '"doc":"ez'),
    lines.filter((_, each) => each !== at(22)),
    edited(
      lines.findIndex((line) => line.includes('"checkpoint"')),
      /\\n7\\n/,
      '\\n8\\n'
    ),
    edited(at(1), '"leaf":"', '"leaf":"00').map((line) => line.replace(/("leaf":"00[0-9a-f]{62})../, '$1'))
  ];
  for (const [number, each] of cases.entries()) {
    // A change that changes nothing would prove nothing.
    expect(each.join('')).not.toBe(lines.join(''));
    const { code } = await verify(each);
    expect([1, 2], `case ${number}`).toContain(code);
    for (const { name, judge } of others) expect(judge(each).ok, `${name}, case ${number}`).toBe(false);
  }
}, 60_000);

describe('the command', () => {
  test('the command names the first bad entry and ends with 1', async () => {
    const bad = linesOf(log).map((line) =>
      line.startsWith('{"seq":9,') ? line.replace('Name 8', 'Name 9') : line
    );
    const { code, text } = await verify(bad);
    expect(code).toBe(1);
    expect(text).toContain('V2 entry 9: the body is not the one that was hashed');
    expect(text).toContain('TAMPERED: the first bad entry is 9');
  });

  test('the command ends with 2 where it cannot read', async () => {
    expect((await verify(['nothing\n'])).code).toBe(2);
    expect((await verify(linesOf(log).slice(0, -1))).text).toMatch(/UNREADABLE: the export breaks off/);
    expect(logVerify('--file', join(folder, 'no-such-file')).code).toBe(2);
    expect(logVerify('--database-url', 'postgres://nobody@127.0.0.1:1/none').code).toBe(2);
    expect(logVerify('--nonsense').code).toBe(2);
  });

  test('a key that did not sign, and an older note of another history, are told apart from an intact log', async () => {
    expect((await verify(linesOf(log), '--key', GOLDEN_LOG.vkey)).code).toBe(1);
    expect((await verify(linesOf(log), '--key', log.vkeys[1]!)).code).toBe(0);
    const note = join(folder, 'old.note');
    await writeFile(note, log.checkpoints[1]!.note);
    expect((await verify(linesOf(log), '--note', note)).code).toBe(0);
    const { code, text } = await verify(linesOf(log), '--note', GOLDEN_LOG.note);
    expect([code, text]).toEqual([1, expect.stringContaining('V9')]);
    // A log that is shorter than what somebody saw of it.
    const cut = fullLog(await madeKeys(), 33);
    await writeFile(note, log.checkpoints.at(-1)!.note);
    expect((await verify(linesOf(cut), '--note', note)).text).toMatch(
      /V9 entry 34: the older note says 40 entries/
    );
  });

  test('[LOG-5] a selection is proved entry by entry', async () => {
    const { note } = log.checkpoints.at(-1)!;
    const nodes = new Map<string, Uint8Array>();
    const leaves = log.entries.map(({ leaf }) => leaf);
    for (const { level, idx, hash } of appendLeaves(sha256, 0, [], leaves).nodes)
      nodes.set(`${level}/${idx}`, hash);
    const proofOf = (seq: number) =>
      inclusionRanges(seq - 1, 40).map((range) =>
        foldSubtrees(
          sha256,
          placesOf(range).map(({ level, idx }) => nodes.get(`${level}/${idx}`)!)
        )
      );
    const header = {
      kind: 'selection' as const,
      origin: MADE_ORIGIN,
      vkeys: log.vkeys,
      size: 40,
      note,
      at: ''
    };
    const picked = [8, 19, 40].map((seq) => ({ ...log.entries[seq - 1]!, proof: proofOf(seq) }));
    const lines = [exportHeader(header), ...picked.map(exportEntry), exportEnd(3)];
    expect(await verify(lines, '--key', log.vkeys[1]!)).toMatchObject({ code: 0 });
    const swapped = picked.map((entry, at) => ({ ...entry, proof: picked[(at + 1) % 3]!.proof }));
    expect((await verify([exportHeader(header), ...swapped.map(exportEntry), exportEnd(3)])).code).toBe(1);
    const changed = lines.map((line) => line.replace('Name 18', 'Name 81'));
    expect((await verify(changed)).text).toContain('the first bad entry is 19');
  });
});

test('the bodies that the program calls canonical are those of the verifier', () => {
  for (const { body } of log.entries) {
    if (body === null) continue;
    const text = new TextDecoder().decode(body);
    expect(canonical(JSON.parse(text))).toBe(text);
  }
  for (const bad of [0.5, 2 ** 53, '\ud800', { a: NaN }]) expect(() => canonical(bad)).toThrow(TypeError);
});
