import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GateRefusal } from './gate';

const STYLE =
  ':root{color-scheme:light dark}body{margin:15vh auto;max-width:32rem;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.25rem}a{overflow-wrap:anywhere}';

/** Policy of the page: it runs nothing, and looks as it says itself. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** True for a page that somebody opens in a browser; programs and our own pages ask for something else. */
export function opensPage({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(headers.accept ?? '');
}

/**
 * Page for people about a request that the gate refuses, with the address to open. It says nothing of the request
 * and nothing of the installation but the address, which is public.
 */
export function refusalPage({ status }: GateRefusal, origin: string): string {
  const [title, words] =
    status === 421
      ? [
          'This console is at another address',
          'The server answers at one address only. If people should use the address that you opened, whoever runs the server sets it as ORIGIN.'
        ]
      : ['This address can’t be opened', 'It isn’t complete, or something in it isn’t understood.'];
  const link = escaped(origin);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body><h1>${title}</h1><p>Open <a href="${link}">${link}</a> instead.</p><p>${words}</p></body></html>`;
}

/** Answers with that page. */
export function answerPage(response: ServerResponse, refusal: GateRefusal, origin: string): void {
  response.writeHead(refusal.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store'
  });
  response.end(refusalPage(refusal, origin));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
