import type { ServerResponse } from 'node:http';
import type { ProgramAnswer } from './program-route';

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** Sends an answer whole. Bytes, and a body that says that it is text, are sent as they are; all others are JSON. */
export function send(response: ServerResponse, { status, body, headers = NO_HEADERS }: ProgramAnswer): void {
  if (response.writableEnded || response.destroyed) return;
  const sent = body instanceof Uint8Array ? body : Buffer.from(textOf(body, headers['content-type']));
  // What was not read of a body that is too large: the connection can't be used again.
  if (status === 413) response.setHeader('connection', 'close');
  if (body !== undefined) response.setHeader('content-type', JSON_TYPE);
  response.setHeader('cache-control', 'no-store');
  if (status !== 204 && status !== 304) response.setHeader('content-length', sent.length);
  for (const name in headers) response.setHeader(name, headers[name]!);
  response.writeHead(status);
  // Bytes one by one as characters, in the encoding of the head: it goes out in one piece with that, and is not
  // encoded again together with it.
  if (Buffer.isBuffer(sent) && sent.length <= ONE_PIECE) response.end(sent.latin1Slice(), 'latin1');
  else response.end(sent);
}

/** Longest body that is copied to go out with its head, in bytes. */
const ONE_PIECE = 65_536;

function textOf(body: unknown, type = JSON_TYPE): string {
  if (body === undefined) return '';
  return type.startsWith('text/') ? String(body) : JSON.stringify(body);
}
