import type { Question } from '../decision.ts';

/** Questions that one call takes, and bytes (the endpoint takes 64 KiB). */
const MOST_QUESTIONS = 1000;
const MOST_BYTES = 60_000;

/** One call: its body, and who asked each of its questions, in their order. */
export type Batch<T> = { body: string; askers: T[][] };

/** Puts questions into as few calls as they fit into. The same question is asked once. */
export function batchesOf<T extends { question: Question }>(asked: readonly T[]): Batch<T>[] {
  const byText = new Map<string, T[]>();
  for (const each of asked) {
    const text = textOf(each.question);
    const same = byText.get(text);
    if (same) same.push(each);
    else byText.set(text, [each]);
  }
  const batches: { texts: string[]; bytes: number; askers: T[][] }[] = [];
  for (const [text, askers] of byText) {
    const bytes = Buffer.byteLength(text) + 1;
    let last = batches.at(-1);
    if (!last || last.texts.length >= MOST_QUESTIONS || last.bytes + bytes > MOST_BYTES)
      batches.push((last = { texts: [], bytes: 0, askers: [] }));
    last.texts.push(text);
    last.bytes += bytes;
    last.askers.push(askers);
  }
  return batches.map(({ texts, askers }) => ({ body: `{"evaluations":[${texts.join(',')}]}`, askers }));
}

/** A question as AuthZEN asks it: a permission is an action, its last part, on a type of resources. */
function textOf({ subject, permission, resource: { id, owner } }: Question): string {
  const at = permission.lastIndexOf('.');
  const [type, name] = [permission.slice(0, Math.max(0, at)), permission.slice(at + 1)];
  const properties = owner === undefined ? {} : { properties: { owner } };
  return JSON.stringify({ subject, action: { name }, resource: { type, id, ...properties } });
}
