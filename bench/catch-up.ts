import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Endpoint } from './reader';
import type { Contender } from './servers/contender';

const CLICKS_AT_ONCE = 4;

export type CatchUp = { missed: number; difference: number; whole: number };

/** Bytes that a reader receives who comes back after missing ticks, and that a new one receives. */
export async function measureCatchUp(contender: Contender, missed: number): Promise<CatchUp> {
  const endpoint = contender.endpoint(0);
  const before = await readState(endpoint, new Y.Doc());
  for (let done = 0; done < missed; done += CLICKS_AT_ONCE)
    await Promise.all(Array.from({ length: CLICKS_AT_ONCE }, () => contender.click()));
  // The last of them may still be on its way into the document.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const difference = await readState(endpoint, before.doc);
  const whole = await readState(endpoint, new Y.Doc());
  return { missed, difference: difference.bytes, whole: whole.bytes };
}

function readState({ url, headers, dialect }: Endpoint, doc: Y.Doc): Promise<{ bytes: number; doc: Y.Doc }> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  const state = new Promise<{ bytes: number; doc: Y.Doc }>((resolve, reject) => {
    socket.on('open', () => dialect.hello(Y.encodeStateVector(doc)).forEach((frame) => socket.send(frame)));
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`${url}: closed with ${code}`)));
    socket.on('message', (frame: Buffer) => {
      const update = dialect.read(frame);
      if (!update) return;
      Y.applyUpdate(doc, update);
      resolve({ bytes: frame.length, doc });
    });
  });
  return state.finally(() => socket.terminate());
}
