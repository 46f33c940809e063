import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Door } from './reader';
import type { Contender } from './servers/contender';

const CLICKS_AT_ONCE = 4;

export type CatchUp = { missed: number; difference: number; whole: number };

/** Bytes that a reader receives who comes back after missing ticks, and that a new one receives. */
export async function measureCatchUp(contender: Contender, missed: number): Promise<CatchUp> {
  const door = contender.door(0);
  const before = await readState(door, new Y.Doc());
  for (let done = 0; done < missed; done += CLICKS_AT_ONCE)
    await Promise.all(Array.from({ length: CLICKS_AT_ONCE }, () => contender.click()));
  // The last of them may still be on its way into the document.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const difference = await readState(door, before.doc);
  const whole = await readState(door, new Y.Doc());
  return { missed, difference: difference.bytes, whole: whole.bytes };
}

async function readState(door: Door, doc: Y.Doc): Promise<{ bytes: number; doc: Y.Doc }> {
  const socket = new WebSocket(door.url, { headers: door.headers, perMessageDeflate: false });
  socket.on('open', () =>
    door.dialect.hello(Y.encodeStateVector(doc)).forEach((frame) => socket.send(frame))
  );
  try {
    for (;;) {
      const [frame] = (await once(socket, 'message')) as [Buffer];
      const update = door.dialect.read(frame);
      if (!update) continue;
      Y.applyUpdate(doc, update);
      return { bytes: frame.length, doc };
    }
  } finally {
    socket.terminate();
  }
}
