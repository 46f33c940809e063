import { expect, test } from 'vitest';
import { inTurn } from './in-turn';

const of = (personId: string) => ({
  session: { sid: 's', personId, kind: 'administrator' as const, step: 'ready' as const },
  key: null
});
const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

test('[SECURITY H-08] of one person one question is answered at a time, in order; nobody waits for somebody else', async () => {
  const order: string[] = [];
  let [atWork, most] = [0, 0];
  const ask = (who: string, n: number) =>
    inTurn(of(who), async () => {
      most = Math.max(most, ++atWork);
      await soon();
      atWork--;
      order.push(`${who} ${n}`);
      return { answer: n };
    });
  const answers = await Promise.all([0, 1, 2, 3].flatMap((n) => [ask('maya', n), ask('omar', n)]));
  expect(answers).toEqual([0, 0, 1, 1, 2, 2, 3, 3].map((answer) => ({ answer })));
  expect(most).toBe(2);
  expect(order.filter((each) => each.startsWith('maya'))).toEqual(['maya 0', 'maya 1', 'maya 2', 'maya 3']);
});

test('[SECURITY H-08] more than can wait are told to come back; a question that fails frees its turn', async () => {
  let asked = 0;
  const fails = inTurn(of('maya'), async () => {
    asked++;
    await soon();
    throw new Error('the database is away');
  });
  const others = Array.from({ length: 20 }, () =>
    inTurn(of('maya'), async () => {
      asked++;
      return { answer: 'here' };
    })
  );
  await expect(fails).rejects.toThrow('the database is away');
  const answers = await Promise.all(others);
  expect(answers.filter((each) => 'answer' in each)).toHaveLength(10);
  expect(answers.slice(10)).toEqual(Array(10).fill({ refused: { code: 'busy', retryAfter: 1 } }));
  expect(asked).toBe(11);
  // The line is gone: it begins anew.
  expect(await inTurn(of('maya'), async () => ({ answer: 1 }))).toEqual({ answer: 1 });
});

test('[TEN-6] a visitor and the user they look at are two callers: neither waits for the other', async () => {
  const user = of('harbour');
  const by = { by: { id: 'maya', name: 'Maya' }, aal: 2 as const, parentSid: 'p' };
  const visitor = { ...user, session: { ...user.session, sid: 'v', visit: by } };
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const line = Array.from({ length: 11 }, () =>
    inTurn(visitor, async () => {
      await held;
      return { answer: 'the visitor' };
    })
  );
  expect(await inTurn(visitor, async () => ({ answer: 'one more' }))).toHaveProperty('refused');
  expect(await inTurn(user, async () => ({ answer: 'the user' }))).toEqual({ answer: 'the user' });
  letGo();
  expect(await Promise.all(line)).toEqual(Array(11).fill({ answer: 'the visitor' }));
});

test('whoever has no session waits for nobody', async () => {
  expect(
    await inTurn({ session: null, key: null }, async () => ({ refused: { code: 'auth/signed-out' } }))
  ).toEqual({
    refused: { code: 'auth/signed-out' }
  });
});
