import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySnippets } from '../../src/lib/shared/keys/key-snippets';
import { plantApplication } from '../support/applications';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [APP-2] What is shown beside a new key works as it is pasted. Postfix’s and nginx’s lines are tried by `npm run
// test:mail` and `test:proxies`.

const run = promisify(execFile);
let app: TestConsole;
let state: StateProbe;
let folder: string;
let texts: Record<string, string>;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  folder = await mkdtemp(join(tmpdir(), 'rolecall-snippets-'));
  const permissions = ['people.roles.view', 'tools.decisions.evaluate'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Snippets', permissions });
  const { key } = await plantApplication(state, { roleId: role.id });
  const { email } = await app.owner.call<{ email: string }>('me.get');
  const snippets = keySnippets({ origin: app.origin, key, subject: email }, 'application');
  texts = Object.fromEntries(snippets.map(({ id, text }) => [id, text]));
  const works = async () =>
    (await askEndpoint(app.origin, '/access/v1/evaluation', { key, body: {} })).status;
  await until(async () => (await works()) === 400, 'the key works');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await state.close();
  await app.stop();
});

test('[APP-2] for Node: pasted into a file, it prints the roles and the decision', async () => {
  const file = join(folder, 'snippet.mjs');
  await writeFile(file, texts['node']!);
  const { stdout } = await run(process.execPath, [file]);
  expect(stdout).toContain("name: 'Super Administrator'");
  expect(stdout.trim().split('\n').at(-1)).toBe('true');
});

test('[APP-2] for curl: pasted into a shell, it prints the same', async () => {
  const { stdout } = await run('sh', ['-c', texts['curl']!]);
  expect(stdout).toContain('"name":"Super Administrator"');
  expect(stdout).toContain('"decision":true');
});
