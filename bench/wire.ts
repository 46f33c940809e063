import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/** Envelope in which a server wraps the y-protocols messages. */
export type Dialect = {
  /** Messages that a reader sends when its socket opens; the last of them asks for everything above the vector. */
  hello(vector: Uint8Array): Uint8Array[];
  /** A change, as a writer sends it. */
  update(update: Uint8Array): Uint8Array;
  /** The Yjs update in a frame of the server; null when the frame is about something else. */
  read(frame: Uint8Array): Uint8Array | null;
};

const SYNC = 0;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** The y-websocket protocol: ours and the stock server's. */
export const yWebsocket: Dialect = {
  hello: (vector) => [message((to) => writeSync(to, STEP_1, vector))],
  update: (update) => message((to) => writeSync(to, UPDATE, update)),
  read: (frame) => readSync(decoding.createDecoder(frame))
};

/** Hocuspocus names the document in each frame, and wants a token first even when nobody looks at it. */
export function hocuspocus(document: string): Dialect {
  const AUTH = 2;
  const TOKEN = 0;
  const named = (write: (to: encoding.Encoder) => void) =>
    message((to) => {
      encoding.writeVarString(to, document);
      write(to);
    });
  const token = named((to) => {
    encoding.writeVarUint(to, AUTH);
    encoding.writeVarUint(to, TOKEN);
    encoding.writeVarString(to, 'token');
  });
  return {
    hello: (vector) => [token, named((to) => writeSync(to, STEP_1, vector))],
    update: (update) => named((to) => writeSync(to, UPDATE, update)),
    read(frame) {
      const decoder = decoding.createDecoder(frame);
      decoding.readVarString(decoder);
      return readSync(decoder);
    }
  };
}

function writeSync(to: encoding.Encoder, step: number, data: Uint8Array): void {
  encoding.writeVarUint(to, SYNC);
  encoding.writeVarUint(to, step);
  encoding.writeVarUint8Array(to, data);
}

function readSync(decoder: decoding.Decoder): Uint8Array | null {
  if (decoding.readVarUint(decoder) !== SYNC) return null;
  const step = decoding.readVarUint(decoder);
  return step === STEP_2 || step === UPDATE ? decoding.readVarUint8Array(decoder) : null;
}

function message(write: (to: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/**
 * The version of the role (`seq` in the map `role`) that an update sets; null when it sets none. A key written
 * before is not named again in an update, but the version is the only number in a role's document.
 */
export function versionIn(update: Uint8Array): number | null {
  let version: number | null = null;
  for (const struct of Y.decodeUpdate(update).structs) {
    if (!(struct instanceof Y.Item)) continue;
    for (const value of struct.content.getContent())
      if (typeof value === 'number') version = Math.max(version ?? 0, value);
  }
  return version;
}
