import type { IncomingMessage } from 'node:http';
import { JsonProblem, parseStrictJson } from './strict-json';

/** Longest body, in bytes. */
export const MAX_BODY_BYTES = 65_536;

export type Body = { value: unknown } | { status: 400 | 413; problem: string };

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * The JSON of a request; what is wrong with it is an answer, for whoever may ask at all. Null when the request ended
 * before its body did.
 */
export async function readBody(request: IncomingMessage): Promise<Body | null> {
  const tooLarge: Body = { status: 413, problem: `the body is larger than ${MAX_BODY_BYTES / 1024} KiB` };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
    return { status: 400, problem: 'content-type must be application/json' };
  return parse(Buffer.concat(chunks));
}

function parse(bytes: Uint8Array): Body {
  try {
    return { value: parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    return { status: 400, problem: error instanceof JsonProblem ? error.message : 'the body is not UTF-8' };
  }
}
