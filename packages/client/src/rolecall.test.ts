import { afterAll, expect, test } from 'vitest';
import { createRolecall } from './entry.ts';

const rolecall = createRolecall({ url: 'http://localhost:1', key: 'rck_live_x', mode: 'local' });
afterAll(() => rolecall.close());

test('what plain JavaScript leaves out as null is asked like any other question, and a no is a promise', async () => {
  const asked = rolecall.can('ada', 'audience.contacts.view', null as never, null as never);
  expect(asked).toBeInstanceOf(Promise);
  expect(await asked).toBe(false);
  for (const wrong of [null, undefined, 7, {}])
    expect(await rolecall.decide(wrong as never, 'audience.contacts.view')).toMatchObject({
      decision: false,
      reason: 'invalid-question'
    });
});
