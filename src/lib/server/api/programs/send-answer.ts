import type { ServerResponse } from 'node:http';
import type { ProgramAnswer } from './program-route';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer whole. Bytes, and a body that says that it is text, are sent as they are; all others are JSON. */
export function send(response: ServerResponse, { status, body, headers = {} }: ProgramAnswer): void {
  if (response.writableEnded || response.destroyed) return;
  // Bytes: Node would write the headers in the encoding of a text that is sent with them.
  const bytes = body instanceof Uint8Array ? body : Buffer.from(textOf(body, headers['content-type']));
  // What was not read of a body that is too large: the connection can't be used again.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': JSON_TYPE }),
    'cache-control': 'no-store',
    ...(status === 204 || status === 304 ? {} : { 'content-length': bytes.length }),
    ...headers
  });
  response.end(bytes);
}

function textOf(body: unknown, type = JSON_TYPE): string {
  if (body === undefined) return '';
  return type.startsWith('text/') ? String(body) : JSON.stringify(body);
}
