import type { ServerResponse } from 'node:http';
import type { ProgramAnswer } from './program-route';

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** Sends an answer whole. Bytes, and a body that says that it is text, are sent as they are; all others are JSON. */
export function send(response: ServerResponse, { status, body, headers = NO_HEADERS }: ProgramAnswer): void {
  if (response.writableEnded || response.destroyed) return;
  const sent = body instanceof Uint8Array ? body : textOf(body, headers['content-type']);
  // What was not read of a body that is too large: the connection can't be used again.
  if (status === 413) response.setHeader('connection', 'close');
  // One by one: to copy them into one object first costs more.
  if (body !== undefined) response.setHeader('content-type', JSON_TYPE);
  response.setHeader('cache-control', 'no-store');
  if (status !== 204 && status !== 304) response.setHeader('content-length', Buffer.byteLength(sent));
  for (const name in headers) response.setHeader(name, headers[name]!);
  response.writeHead(status);
  // A text goes out in one piece with its head, and the head in its encoding: one that is not ASCII goes apart.
  const isOnePiece = typeof sent === 'string' && ASCII.test(String(response.getHeader('x-request-id') ?? ''));
  response.end(isOnePiece ? sent : Buffer.from(sent));
}

/** Characters that are the same in every encoding. Of a head, only what a client chose may have others. */
const ASCII = /^[\x20-\x7e]*$/;

function textOf(body: unknown, type = JSON_TYPE): string {
  if (body === undefined) return '';
  return type.startsWith('text/') ? String(body) : JSON.stringify(body);
}
