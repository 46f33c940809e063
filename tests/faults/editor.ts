import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, type Json } from '../../src/lib/core/log/canonical-json';
import type { Answer, Operation } from './history';
import type { Random } from './random';

const PERMISSIONS = ['view', 'add', 'edit', 'split', 'merge', 'move_contacts'].map(
  (id) => `audience.contact_lists.${id}`
);
const ANSWER_MS = 8_000;

/** State that all editors of a campaign share. */
export type Ground = {
  random: Random;
  /** Origins at which the program listens: any of them may answer any question. */
  origins: readonly string[];
  history: Operation[];
  /** Roles that edits go to, by the version last heard of. */
  roles: Map<string, number>;
  /** Roles that are never deleted: readers stay on them. */
  lasting: ReadonlySet<string>;
  running(): boolean;
  /** The campaign itself failed: nobody will answer any more. */
  aborted(): boolean;
  /** Called when an answer arrives: the moment after which nothing may be lost. */
  acknowledged(): void;
  /** Answers that say neither yes nor no, by status. */
  statuses: Map<string, number>;
};

export type Editor = { id: string; cookie: string; random: Random; mayCreate: boolean };

/** Makes random edits until the campaign ends. An operation without an answer is asked again, under the same id. */
export async function edit(ground: Ground, editor: Editor): Promise<void> {
  while (ground.running()) {
    await perform(ground, editor, nextOperation(ground, editor));
    await sleep(editor.random.whole(0, 25));
  }
}

/** Sends an operation until it is answered: sometimes twice at once, sometimes without waiting for the answer. */
export async function perform(
  ground: Ground,
  editor: Editor,
  operation: Operation & { seen?: number }
): Promise<void> {
  const { random } = editor;
  const { seen, ...record } = operation;
  ground.history.push(record);
  const body = JSON.stringify({
    op: record.op,
    ...record.input,
    ...(seen === undefined ? {} : { seen }),
    ...grants(operation)
  });
  const path = record.kind === 'edit' ? 'roles.edit' : `roles.${record.kind}`;
  while (!record.answer && !record.refused && !ground.aborted()) {
    record.tries += 1;
    if (record.tries > 1) await sleep(random.whole(10, 120));
    const patience = random.chance(0.05) ? random.whole(0, 6) : ANSWER_MS;
    const send = () => ask(ground, editor, random.pick(ground.origins), path, body, patience, record);
    await (random.chance(0.05) ? Promise.all([send(), send()]) : send());
  }
  remember(ground, record);
}

async function ask(
  ground: Ground,
  editor: Editor,
  origin: string,
  path: string,
  body: string,
  patience: number,
  record: Operation
): Promise<void> {
  try {
    const response = await fetch(`${origin}/trpc/${path}`, {
      method: 'POST',
      headers: { cookie: editor.cookie, origin, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(Math.max(1, patience))
    });
    const text = await response.text();
    const parsed = JSON.parse(text) as {
      result?: { data: Answer };
      error?: { data?: { refusal?: { code: string } | null } };
    };
    const refused = parsed.error?.data?.refusal?.code;
    if (!parsed.result && (refused === undefined || refused === 'busy')) {
      const what = `${response.status} ${refused ?? text.slice(0, 200)}`;
      ground.statuses.set(what, (ground.statuses.get(what) ?? 0) + 1);
      return;
    }
    ground.acknowledged();
    if (parsed.result) record.answer = parsed.result.data;
    else if (refused !== undefined) record.refused = refused;
    record.answers.push(canonicalJson((parsed.result?.data ?? refused) as Json));
  } catch {
    // No answer: nobody knows what became of it. The same operation is asked again.
  }
}

function remember(ground: Ground, { kind, input, answer, refused }: Operation): void {
  if (kind === 'create' && answer) ground.roles.set(answer.id!, 1);
  if (kind === 'delete' && (answer || refused === 'not-found')) ground.roles.delete(input.id!);
  const known = input.id === undefined ? undefined : ground.roles.get(input.id);
  if (kind === 'edit' && answer && known !== undefined)
    ground.roles.set(input.id!, Math.max(known, answer.seq!));
}

type Wish = Operation & { seen?: number; grant?: string[]; revoke?: string[] };

function nextOperation(ground: Ground, { id: by, random, mayCreate }: Editor): Wish {
  const blank = { op: randomUUID(), by, answers: [], tries: 0 };
  const roles = [...ground.roles.keys()];
  const mortal = roles.filter((id) => !ground.lasting.has(id));
  const dice = random.next();
  if (mayCreate && mortal.length < 6 && dice < 0.06)
    return { ...blank, kind: 'create', input: { name: freshName(random), permissions: some(random) } };
  if (mayCreate && mortal.length > 2 && dice < 0.1)
    return { ...blank, kind: 'delete', input: { id: random.pick(mortal) } };
  const id = random.pick(roles);
  const seen = Math.max(1, (ground.roles.get(id) ?? 1) - (random.chance(0.2) ? random.whole(1, 3) : 0));
  if (dice < 0.2) return { ...blank, kind: 'edit', seen, input: { id, name: freshName(random) } };
  const ids = some(random);
  return {
    ...blank,
    kind: 'edit',
    seen,
    input: { id },
    ...(random.chance(0.5) ? { grant: ids } : { revoke: ids })
  };
}

function grants({ grant, revoke }: Wish): { grant?: string[]; revoke?: string[] } {
  return { ...(grant ? { grant } : {}), ...(revoke ? { revoke } : {}) };
}

function some(random: Random): string[] {
  const ids = PERMISSIONS.filter(() => random.chance(0.4));
  return ids.length > 0 ? ids : [random.pick(PERMISSIONS)];
}

function freshName(random: Random): string {
  return `Team ${random.whole(0, 0xffff_ffff).toString(36)}`;
}
