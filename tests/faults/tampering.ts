import { createHash } from 'node:crypto';
import { chainInput, chainStartInput, leafInput, personalDataInput } from '../../src/lib/core/log/hash-input';
import { checkpointText, formatNote, type NoteSignature } from '../../src/lib/core/log/note';
import { appendLeaves, rootOf, type TreeNode } from '../../src/lib/core/log/tree';
import { openLogKeys, type LogKeys } from '../../src/lib/server/auth/log-key';
import { LogVerifier } from '../../verifier/log-verifier.mjs';
import { fullLog, MADE_ORIGIN, madeBody, madeKeys, timeOf, type MadeLog } from '../support/made-log';
import { seeded, type Random } from './random';

// L-09: what somebody with the whole database in their hands may do to a log, except sign. Every one of these must be
// found.

export type TamperingReport = {
  runs: number;
  missed: { kind: string; run: number }[];
  kinds: Record<string, number>;
};

/** Material to verify: the log, its stored nodes, and what an auditor holds. */
type Held = { log: MadeLog; nodes: Map<string, Buffer>; size: number; vkey: string; older: string };

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** Each changes the log so that it differs from what was signed; some mend what can be mended without the key. */
const KINDS: Record<string, (held: Held, random: Random, forger: LogKeys) => void> = {
  'a bit of a body': ({ log }, random) => flip(withBody(log, random).body!, random),
  'another body, with its leaf': ({ log }, random) => rewrite(withBody(log, random)),
  'another body, with leaf, chain and nodes': (held, random) => {
    const entry = withBody(held.log, random);
    rewrite(entry);
    relink(held);
  },
  'two entries in each other’s place': (held, random) => {
    const { entries } = held.log;
    const at = 5 + random.whole(0, entries.length - 7);
    const [one, other] = [entries[at]!, entries[at + 1]!];
    entries[at] = { ...other, seq: one.seq };
    entries[at + 1] = { ...one, seq: other.seq };
    if (random.chance(0.5)) relink(held);
  },
  'an entry is gone': (held, random) => {
    const { entries } = held.log;
    entries.splice(random.whole(0, entries.length - 1), 1);
    // The numbers close up, or leave a hole.
    if (random.chance(0.5)) for (const [at, entry] of entries.entries()) entry.seq = at + 1;
    if (random.chance(0.5)) relink(held);
  },
  'an entry was put in': (held, random) => {
    const { entries } = held.log;
    const at = 5 + random.whole(0, entries.length - 6);
    const body = madeBody(at + 1, { action: 'auth.sign_in' });
    entries.splice(at, 0, {
      seq: at + 1,
      body,
      leaf: sha256(leafInput(body)),
      chain: entries[at]!.chain,
      pii: null
    });
    for (const [index, entry] of entries.entries()) entry.seq = index + 1;
    if (random.chance(0.5)) relink(held);
  },
  'an entry stands there twice': (held, random) => {
    const { entries } = held.log;
    const at = random.whole(0, entries.length - 1);
    entries.splice(at, 0, { ...entries[at]! });
    if (random.chance(0.5)) for (const [index, entry] of entries.entries()) entry.seq = index + 1;
    if (random.chance(0.5)) relink(held);
  },
  'the end is cut off, its checkpoints too': ({ log }, random) => {
    const keep = 1 + random.whole(0, log.entries.length - 2);
    log.entries.length = keep;
    log.checkpoints = log.checkpoints.filter(({ size }) => size <= keep);
  },
  'the beginning is cut off': ({ log }, random) => {
    log.entries.splice(0, 1 + random.whole(0, 9));
    if (random.chance(0.5)) for (const [at, entry] of log.entries.entries()) entry.seq = at + 1;
  },
  'a number was changed': ({ log }, random) => {
    const entry = log.entries[random.whole(0, log.entries.length - 1)]!;
    entry.seq += random.chance(0.5) ? 1 + random.whole(0, 8) : -1 - random.whole(0, 2);
  },
  'an entry was dated back': (held, random) => {
    const entry = withBody(held.log, random);
    const text = Buffer.from(entry.body!).toString();
    entry.body = Buffer.from(text.replace(/"at":"2026/, `"at":"202${random.whole(0, 5)}`));
    entry.leaf = sha256(leafInput(entry.body));
    if (random.chance(0.5)) relink(held);
  },
  'a checkpoint with a key of one’s own': ({ log }, random, forger) => {
    const checkpoint = random.pick(log.checkpoints);
    checkpoint.note = resigned(checkpoint.note, forger);
  },
  'all written anew, with a key of one’s own': (held, random, forger) => {
    rewrite(withBody(held.log, random));
    relink(held);
    resign(held, forger);
    held.log.vkeys = forger.vkeys(MADE_ORIGIN).slice(0, 1);
  },
  'a checkpoint with another size or root': ({ log }, random) => {
    const checkpoint = random.pick(log.checkpoints);
    const lines = checkpoint.note.split('\n');
    const at = 1 + random.whole(0, 1);
    lines[at] = at === 1 ? String(Number(lines[1]) + 1) : changed(lines[2]!, random);
    checkpoint.note = lines.join('\n');
  },
  'a signature with other bytes': ({ log }, random) => {
    const checkpoint = random.pick(log.checkpoints);
    const lines = checkpoint.note.split('\n');
    const [dash, name, signature] = lines[4]!.split(' ');
    lines[4] = [dash, name, changed(signature!, random)].join(' ');
    checkpoint.note = lines.join('\n');
  },
  'an older checkpoint in a newer one’s place': ({ log }, random) => {
    const at = 1 + random.whole(0, log.checkpoints.length - 2);
    log.checkpoints[at]!.note = log.checkpoints[random.whole(0, at - 1)]!.note;
  },
  'the last checkpoints are gone': ({ log }, random) => {
    log.checkpoints.length -= 1 + random.whole(0, log.checkpoints.length - 1);
  },
  'a checkpoint beyond the end': ({ log }, random, forger) => {
    const size = log.entries.length + 1 + random.whole(0, 4);
    const text = checkpointText({ origin: MADE_ORIGIN, size, root: new Uint8Array(32) });
    const note = formatNote(text, [forger.sign(MADE_ORIGIN, forger.vkeys(MADE_ORIGIN)[0]!, text)!]);
    log.checkpoints.push({ size: log.entries.length, note, at: log.checkpoints.at(-1)!.at });
  },
  'a stored node was changed': ({ nodes }, random) => {
    const key = random.pick([...nodes.keys()]);
    nodes.set(key, sha256(nodes.get(key)!));
  },
  'two stored nodes in each other’s place': ({ nodes }, random) => {
    const keys = [...nodes.keys()];
    const one = random.whole(0, keys.length - 1);
    const other = (one + 1 + random.whole(0, keys.length - 2)) % keys.length;
    const [a, b] = [nodes.get(keys[one]!)!, nodes.get(keys[other]!)!];
    nodes.set(keys[one]!, b).set(keys[other]!, a);
  },
  'a stored node is gone': ({ nodes }, random) => void nodes.delete(random.pick([...nodes.keys()])),
  'a link of the chain was changed': ({ log }, random) => {
    const entry = random.pick(log.entries);
    entry.chain = Uint8Array.from(entry.chain);
    flip(entry.chain, random);
  },
  'the chain of another log': ({ log }) => {
    let chain: Uint8Array = sha256(chainStartInput('another'));
    for (const entry of log.entries) entry.chain = chain = sha256(chainInput(entry.seq, chain, entry.leaf));
  },
  'personal data were changed': ({ log }, random) => {
    const entry = random.pick(log.entries.filter(({ pii }) => pii));
    const doc = Uint8Array.from(entry.pii!.doc);
    flip(doc, random);
    entry.pii = random.whole(0, 1)
      ? { ...entry.pii!, doc }
      : { salt: sha256(entry.pii!.salt).subarray(0, 16), doc: entry.pii!.doc };
  },
  'personal data of another entry': ({ log }, random) => {
    const entries = log.entries.filter(({ pii }) => pii);
    const at = random.whole(0, entries.length - 2);
    [entries[at]!.pii, entries[at + 1]!.pii] = [entries[at + 1]!.pii, entries[at]!.pii];
  },
  'personal data were taken away, and nobody said so': ({ log }, random) => {
    // An erasure that an entry tells of explains what is missing before it.
    const told = log.entries.findLastIndex(({ body }) => body && Buffer.from(body).includes('audit.erase'));
    random.pick(log.entries.slice(told).filter(({ pii }) => pii)).pii = null;
  },
  'an entry was taken out as if it had been pruned': ({ log }, random) => {
    const entry = withBody(log, random);
    entry.body = null;
    entry.pii = null;
  },
  'more was pruned than is said': ({ log }, random) => {
    for (const entry of log.entries.slice(0, 6 + random.whole(0, 9))) {
      entry.body = null;
      entry.pii = null;
    }
  },
  'a body that is not canonical': (held, random) => {
    const entry = withBody(held.log, random);
    entry.body = Buffer.from(Buffer.from(entry.body!).toString().replace('{', '{ '));
    entry.leaf = sha256(leafInput(entry.body));
    if (random.chance(0.5)) relink(held);
  }
};

export const TAMPERINGS = Object.keys(KINDS);

/** Tampers with a log `runs` times, each kind in turn, and lets the verifier judge. */
export async function tamper(seed: number, runs: number): Promise<TamperingReport> {
  const keys = await madeKeys();
  const forger = await openLogKeys({ file: '', env: Buffer.alloc(32, 99).toString('base64') });
  const intact = heldOf(fullLog(keys));
  if (!isIntact(copied(intact))) throw new Error('the log is not intact before anybody touched it');
  const report: TamperingReport = { runs, missed: [], kinds: {} };
  for (let run = 0; run < runs; run++) {
    const kind = TAMPERINGS[run % TAMPERINGS.length]!;
    const held = copied(intact);
    KINDS[kind]!(held, seeded(seed + run), forger);
    report.kinds[kind] = (report.kinds[kind] ?? 0) + 1;
    if (isIntact(held)) report.missed.push({ kind, run });
  }
  return report;
}

/** True if the verifier of `npm run log:verify` finds it intact, an hour later. */
function isIntact({ log, nodes, size, vkey, older }: Held): boolean {
  const verifier = new LogVerifier(
    { origin: MADE_ORIGIN, vkeys: log.vkeys, size: log.entries.length },
    { key: vkey, older }
  );
  for (const [at, entry] of log.entries.entries()) {
    const completed = new Map<string, Buffer>();
    for (let level = 0, width = 1; (at + 1) % width === 0; level++, width *= 2) {
      const place = `${level}/${(at + 1) / width - 1}`;
      const node = nodes.get(place);
      if (node) completed.set(place, node);
    }
    verifier.entry({
      seq: entry.seq,
      body: entry.body === null ? null : Buffer.from(entry.body),
      leaf: Buffer.from(entry.leaf),
      chain: Buffer.from(entry.chain),
      pii: entry.pii && { salt: Buffer.from(entry.pii.salt), doc: Buffer.from(entry.pii.doc) },
      nodes: completed
    });
    for (const checkpoint of log.checkpoints)
      if (checkpoint.size === at + 1) verifier.checkpoint({ note: checkpoint.note, at: checkpoint.at });
  }
  return verifier.finish(timeOf(size) + 3_600_000).problems.length === 0;
}

function heldOf(log: MadeLog): Held {
  const held = { log, nodes: new Map(), size: log.entries.length, vkey: log.vkeys.at(-1)!, older: '' };
  rebuildNodes(held);
  // An auditor has seen the log as a whole once.
  return { ...held, older: log.checkpoints.at(-1)!.note };
}

function copied({ log, nodes, ...rest }: Held): Held {
  return {
    ...rest,
    nodes: new Map(nodes),
    log: {
      vkeys: [...log.vkeys],
      entries: log.entries.map((entry) => ({ ...entry, body: entry.body && Uint8Array.from(entry.body) })),
      checkpoints: log.checkpoints.map((checkpoint) => ({ ...checkpoint }))
    }
  };
}

function rebuildNodes(held: Held): void {
  held.nodes.clear();
  const { nodes } = appendLeaves(
    sha256,
    0,
    [],
    held.log.entries.map(({ leaf }) => leaf)
  );
  for (const { level, idx, hash } of nodes) held.nodes.set(`${level}/${idx}`, Buffer.from(hash));
}

/** Mends what follows from the bodies: chain and nodes. */
function relink(held: Held): void {
  let chain: Uint8Array = sha256(chainStartInput(MADE_ORIGIN));
  for (const [at, entry] of held.log.entries.entries())
    entry.chain = chain = sha256(chainInput(at + 1, chain, entry.leaf));
  rebuildNodes(held);
}

function withBody(log: MadeLog, random: Random) {
  return random.pick(log.entries.filter(({ body }) => body !== null));
}

function rewrite(entry: MadeLog['entries'][number]): void {
  const pii = entry.pii && sha256(personalDataInput(entry.pii.salt, entry.pii.doc)).toString('hex');
  entry.body = madeBody(entry.seq, { action: 'role.deleted' }, pii ?? undefined);
  entry.leaf = sha256(leafInput(entry.body));
}

function resign(held: Held, forger: LogKeys): void {
  let frontier: TreeNode[] = [];
  for (const [at, entry] of held.log.entries.entries()) {
    ({ frontier } = appendLeaves(sha256, at, frontier, [entry.leaf]));
    const checkpoint = held.log.checkpoints.find(({ size }) => size === at + 1);
    if (!checkpoint) continue;
    const text = checkpointText({ origin: MADE_ORIGIN, size: at + 1, root: rootOf(sha256, frontier) });
    checkpoint.note = signed(text, forger);
  }
}

const resigned = (note: string, forger: LogKeys) => signed(note.slice(0, note.indexOf('\n\n') + 1), forger);

function signed(text: string, forger: LogKeys): string {
  const signature = forger.sign(MADE_ORIGIN, forger.vkeys(MADE_ORIGIN)[0]!, text);
  return formatNote(text, [signature as NoteSignature]);
}

function flip(bytes: Uint8Array, random: Random): void {
  const at = random.whole(0, bytes.length - 1);
  bytes[at] = bytes[at]! ^ (1 << random.whole(0, 7));
}

/** Other bytes in base64. */
function changed(base64: string, random: Random): string {
  const bytes = Buffer.from(base64, 'base64');
  flip(bytes, random);
  return bytes.toString('base64');
}
