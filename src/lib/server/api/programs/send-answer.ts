import type { ServerResponse } from 'node:http';
import type { ProgramAnswer } from './program-route';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer whole. A body that says that it is text is sent as it is; all others are JSON. */
export function send(response: ServerResponse, { status, body, headers = {} }: ProgramAnswer): void {
  if (response.writableEnded || response.destroyed) return;
  const isText = headers['content-type']?.startsWith('text/') ?? false;
  // Bytes: Node would write the headers in the encoding of a text that is sent with them.
  const bytes = Buffer.from(body === undefined ? '' : isText ? String(body) : JSON.stringify(body));
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
