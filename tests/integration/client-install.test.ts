import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantPeople } from '../support/accounts';
import { plantApplication, type Planted } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-5] The package as others get it, and the example that uses it.

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('../../packages/client', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/platform/server.mjs', import.meta.url));
const MERGE = 'audience.contact_lists.merge';
const BROADCASTS = 'campaigns.broadcasts';

let app: TestConsole;
let state: StateProbe;
let asker: Planted;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-client-'));
  // Builds it, too.
  await run('npm', ['pack', '--pack-destination', folder, '--silent'], { cwd: PACKAGE });
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const permissions = ['tools.decisions.evaluate'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Askers', permissions });
  asker = await plantApplication(state, { roleId: role.id });
});
afterAll(async () => {
  await state.close();
  await app.stop();
  await rm(folder, { recursive: true });
});

async function someone(name: string, permissions: string[]) {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
  const [id] = await plantPeople(state, [{ roleId, name }]);
  const address = `${id}@northwind.example`;
  const question = {
    subject: { type: 'administrator', id },
    action: { name: 'x' },
    resource: { type: 'x', id: '1' }
  };
  const known = async () => {
    const { body } = await askEndpoint(app.origin, '/access/v1/evaluation', {
      key: asker.key,
      body: question
    });
    return (body as { context?: { reason?: string } }).context?.reason === 'unknown-action';
  };
  await until(known, 'known');
  return { roleId, address };
}

test('[DEC-5] packed and installed in an empty folder, without a network, the example of its README runs', async () => {
  const { address } = await someone('Installed', [MERGE]);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const file = join(folder, 'rolecall-client-0.1.0.tgz');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', file], { cwd: folder });
  const readme = await readFile(join(folder, 'node_modules/@rolecall/client/README.md'), 'utf8');
  const [, example] = /```js\n([\s\S]*?)```/.exec(readme)!;
  const others = ['express', 'fastify', 'hono', 'sveltekit'].map(
    (name) => `import '@rolecall/client/${name}';\n`
  );
  const script = others.join('') + example!.replaceAll('olga@northwind.example', address);
  await writeFile(join(folder, 'example.js'), script);
  const ask = async (key: string) => {
    const env = { ...process.env, ROLECALL_URL: app.origin, ROLECALL_KEY: key };
    return (await run(process.execPath, ['example.js'], { cwd: folder, env })).stdout.trim();
  };
  // On a machine with much else to do an answer may take longer than it waits for one, and is a no.
  await until(async () => (await ask(asker.key)) === 'Olga may merge lists', 'it may');
  const refused = 'Olga may not merge lists: key-refused';
  await until(async () => (await ask('rck_live_wrong')) === refused, 'a wrong key is refused');
});

test('[DEC-2] the example shows the buttons that somebody may press, and its routes refuse all others', async () => {
  const { address, roleId } = await someone('Sender', [`${BROADCASTS}.view`, `${BROADCASTS}.schedule`]);
  const env = { ...process.env, ROLECALL_URL: app.origin, ROLECALL_KEY: asker.key, PORT: '0' };
  const child = spawn(process.execPath, [EXAMPLE], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [ready] = (await once(createInterface(child.stdout), 'line')) as [string];
    const origin = /http:\S+/.exec(ready)![0];
    const ask = async (path: string, as = address, method = 'GET') => {
      const headers: Record<string, string> =
        as === '' ? {} : { cookie: `address=${encodeURIComponent(as)}` };
      const response = await fetch(`${origin}${path}`, { method, headers, redirect: 'manual' });
      return { status: response.status, text: await response.text() };
    };
    const buttons = async () =>
      [...(await ask('/')).text.matchAll(/broadcasts\/1\/(\w+)/g)].map(([, action]) => action);
    await expect.poll(buttons).toEqual(['schedule']);
    await expect.poll(async () => (await ask('/broadcasts/1/schedule', address, 'POST')).status).toBe(303);
    await expect.poll(async () => (await ask('/')).text).toContain('Scheduled');
    const refusal = async () => {
      const { status, text } = await ask('/broadcasts/1/delete', address, 'POST');
      return { status, ...(JSON.parse(text) as object) };
    };
    await expect
      .poll(refusal)
      .toMatchObject({ status: 403, reason: 'not-granted', permission: `${BROADCASTS}.delete` });
    expect((await ask('/broadcasts/1/schedule', '', 'POST')).status).toBe(401);
    expect((await ask('/broadcasts/1/schedule', 'nobody@x.example', 'POST')).status).toBe(403);
    await app.owner.call('roles.edit', { id: roleId, seen: 1e6, revoke: [`${BROADCASTS}.schedule`] });
    const isRefused = async () => (await ask('/broadcasts/1/schedule', address, 'POST')).status === 403;
    await until(isRefused, 'revoked');
    expect(await buttons()).toEqual([]);
    expect((await ask('/', '<b>@x.example')).text).not.toContain('<b>@');
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});
