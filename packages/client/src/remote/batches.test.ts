import { expect, test } from 'vitest';
import { questionOf, type Question } from '../decision.ts';
import { batchesOf } from './batches.ts';

const about = (id: string) => ({ question: questionOf(id, 'audience.contact_lists.merge')! });
const sent = (body: string) =>
  (JSON.parse(body) as { evaluations: { subject: { id: string } }[] }).evaluations;

test('[DEC-5] the same question is asked once, and everybody who asked is told', () => {
  const asked = ['a', 'b', 'a'].map(about);
  const [batch, ...others] = batchesOf(asked);
  expect(others).toEqual([]);
  expect(sent(batch!.body).map(({ subject }) => subject.id)).toEqual(['a', 'b']);
  expect(batch!.askers).toEqual([[asked[0], asked[2]], [asked[1]]]);
});

test('a call is no larger than the endpoint takes, and one question that is too large alone takes no other with it', () => {
  const asked = [...Array.from({ length: 2500 }, (_, n) => `é-${n}`), 'x'.repeat(70_000), 'last'].map(about);
  const batches = batchesOf(asked);
  expect(batches.flatMap(({ body }) => sent(body)).map(({ subject }) => subject.id)).toEqual(
    asked.map(({ question }: { question: Question }) => question.subject.id)
  );
  const sizes = batches.map(({ body }) => Buffer.byteLength(body));
  expect(sizes.filter((size) => size > 65_536)).toHaveLength(1);
  expect(batches.find(({ body }) => body.length > 65_536)!.askers).toHaveLength(1);
  expect(batches.every(({ askers }) => askers.length <= 1000)).toBe(true);
});

test('what would spoil the questions of others is none', () => {
  expect(questionOf('half \ud800', 'a.b')).toBeNull();
  expect(questionOf('a', 'a.b', { id: '\udc00' })).toBeNull();
  expect(questionOf(undefined as unknown as string, 'a.b')).toBeNull();
  expect(questionOf({ type: 'user', id: 7 as unknown as string }, 'a.b')).toBeNull();
  expect(questionOf('a', undefined as unknown as string)).toBeNull();
  expect(questionOf('a', 'a.b', { owner: null as unknown as string })).toBeNull();
});
