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
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return TOO_LARGE;
  const bytes = await bytesOf(request);
  if (bytes === null || 'status' in bytes) return bytes;
  if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
    return { status: 400, problem: 'content-type must be application/json' };
  return parse(bytes);
}

const TOO_LARGE = { status: 413, problem: `the body is larger than ${MAX_BODY_BYTES / 1024} KiB` } as const;

/** Bytes of a body, by its events: they cost less than a loop over the chunks. */
function bytesOf(request: IncomingMessage): Promise<Buffer | typeof TOO_LARGE | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) return void chunks.push(chunk);
      request.pause();
      resolve(TOO_LARGE);
    });
    let isWhole = false;
    request.on('end', () => {
      isWhole = true;
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    // Closing comes after every end, too.
    request.on('error', () => resolve(null));
    request.on('close', () => isWhole || resolve(null));
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Uint8Array): Body {
  try {
    return { value: parseStrictJson(decoder.decode(bytes)) };
  } catch (error) {
    return { status: 400, problem: error instanceof JsonProblem ? error.message : 'the body is not UTF-8' };
  }
}
