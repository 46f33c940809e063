import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { plantApplication } from '../support/applications';
import { startTestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState } from '../support/state';

// [QUO-5] What stands between a Stalwart and Rolecall, asked as stalw.art/docs/api/mta-hooks says. Exim’s lines are
// tried by
// `npm run test:mail` in a real one.

const HOOK = fileURLToPath(new URL('../../examples/stalwart/hook.mjs', import.meta.url));

test('[QUO-5] the hook for Stalwart: once a message, the words of a refusal, no login, and nobody there', async () => {
  await using app = await startTestConsole();
  const state = openState(app.databaseUrl);
  const { id, email } = await app.person('Olga Petrova', 'support');
  await app.owner.call('administrators.update', { id, seen: 1e6, caps: { daily: 3 } });
  const permissions = ['quotas.ledger.consume', 'quotas.ledger.view_usage'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Mail servers', permissions });
  const { key } = await plantApplication(state, { roleId: role.id });
  await state.close();
  const peek = () =>
    askEndpoint(app.origin, '/caps/v1/peek', { key, body: { subject: { type: 'administrator', id } } });
  await until(async () => (await peek()).status === 200, 'the key works');
  const env = { ...process.env, ROLECALL_URL: app.origin, ROLECALL_KEY: key, PORT: '0' };
  const hook = spawn(process.execPath, [HOOK], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [ready] = (await once(createInterface(hook.stdout), 'line')) as [string];
    const ask = async (queueId: string, recipients: number, login: string | null = email) => {
      const body = {
        context: {
          stage: 'DATA',
          ...(login ? { sasl: { login, method: 'PLAIN' } } : {}),
          queue: { id: queueId }
        },
        envelope: { from: { address: email }, to: Array(recipients).fill({ address: 'r@x.example' }) },
        message: { headers: [['Subject', 'test']], contents: 'Hello' }
      };
      const to = `http://127.0.0.1:${/\d+$/.exec(ready)![0]}/`;
      const response = await fetch(to, { method: 'POST', body: JSON.stringify(body) });
      return response.status === 200 ? await response.json() : response.status;
    };
    for (let again = 0; again < 2; again++) expect(await ask('q1', 2)).toEqual({ action: 'accept' });
    expect(await ask('q2', 2)).toEqual({
      action: 'reject',
      response: { status: 451, message: expect.stringMatching(/^4\.7\.1 Daily limit 3 .*has 1 left for 2/) }
    });
    expect(await ask('q3', 50, null)).toEqual({ action: 'accept' });
    expect((await peek()).body).toMatchObject({ binding: { used: 2 } });
    await app.pause();
    expect(await ask('q4', 1)).toBe(503);
    await app.resume();
  } finally {
    hook.kill('SIGTERM');
    await once(hook, 'exit');
  }
});
