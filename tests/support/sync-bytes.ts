import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { ApiClient } from './api-client';
import { frame } from './raw-socket';

const SYNC = 0;
const STEP_1 = 0;
const STEP_2 = 1;

/** Brings a document up to date over a fresh socket, and counts the bytes that the server sent for that. */
export async function syncBytes(client: ApiClient, name: string, doc: Y.Doc): Promise<number> {
  const socket = new WebSocket(`${client.origin.replace(/^http/, 'ws')}/sync/${name}`, {
    headers: { cookie: client.cookie, origin: client.origin },
    perMessageDeflate: false
  });
  let bytes = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('open', () => socket.send(frame(SYNC, STEP_1, Y.encodeStateVector(doc))));
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`${name}: closed with ${code}`)));
      socket.on('message', (data: Buffer) => {
        bytes += data.length;
        const update = stateIn(data);
        if (!update) return;
        Y.applyUpdate(doc, update);
        resolve();
      });
    });
    return bytes;
  } finally {
    socket.removeAllListeners('close');
    socket.terminate();
  }
}

/** State that the document lacked, when a frame is the answer to that question; null: it is not. */
function stateIn(data: Uint8Array): Uint8Array | null {
  const decoder = decoding.createDecoder(data);
  if (decoding.readVarUint(decoder) !== SYNC || decoding.readVarUint(decoder) !== STEP_2) return null;
  return decoding.readVarUint8Array(decoder);
}
