import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { answerPage, opensPage, refusalPage } from './refusal-page';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

test.each([
  ['GET', BROWSER, true],
  ['HEAD', BROWSER, true],
  ['POST', BROWSER, false],
  ['GET', '*/*', false],
  ['GET', 'application/json', false],
  ['GET', undefined, false]
])('[UX-4] %s that accepts %s opens a page: %s', (method, accept, opens) => {
  expect(opensPage({ method, headers: { accept } })).toBe(opens);
});

test('[UX-4] whoever opens the wrong host is shown the address to open', async () => {
  const refusal = { status: 421, message: 'unknown host' };
  const server = createServer((_request, response) => answerPage(response, refusal, 'https://staff.example'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const answer = await fetch(`http://127.0.0.1:${port}/roles`);
  const page = await answer.text();
  server.close();
  expect(answer.status).toBe(421);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|script-src/);
  expect(page).toContain('Open <a href="https://staff.example">https://staff.example</a> instead.');
  expect(page).toContain('This console is at another address');
});

test('[UX-4] another address that is refused leads to the console, too', () => {
  const page = refusalPage({ status: 400, message: 'malformed address' }, 'http://localhost:3000');
  expect(page).toContain('This address can’t be opened');
  expect(page).toContain('href="http://localhost:3000"');
  expect(page).not.toContain('malformed');
});
