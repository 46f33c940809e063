import { readFileSync } from 'node:fs';
import { policyOf, SHELL_PATH } from '../lib/server/api/http/content-policy';
import type { PageHandler } from '../lib/server/api/http/outer-server';

/**
 * SvelteKit's built handler. It reads its settings when it is imported; the outer server has judged and set the
 * headers it is told to believe.
 */
export async function pageHandler(built: URL): Promise<PageHandler> {
  process.env['PROTOCOL_HEADER'] = 'x-forwarded-proto';
  process.env['HOST_HEADER'] = 'x-forwarded-host';
  process.env['BODY_SIZE_LIMIT'] = '65536';
  delete process.env['ORIGIN'];
  const module = (await import(/* @vite-ignore */ built.href)) as { handler: PageHandler };
  // Prerendered pages are served as files, past the hooks that give every other page its policy.
  const policy = policyOf(readFileSync(new URL(`prerendered${SHELL_PATH}.html`, built), 'utf8'));
  return (request, response, next) => {
    if (request.url?.split('?', 1)[0] === SHELL_PATH) response.setHeader('content-security-policy', policy);
    module.handler(request, response, next);
  };
}
