import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

// The y-websocket protocol, as far as a server-written document needs it.
const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
/** Documents that move all the time have a writer for each of their cells (live-room). */
const MAX_VECTOR_ENTRIES = 5000;
const MAX_PRESENCE_ENTRIES = 2000;
/** Yjs draws client ids from 32 bits. */
const MAX_CLIENT = 0xffff_ffff;
/** Far beyond any honest clock, and far below where one more makes a number that stock clients cannot read. */
const MAX_PRESENCE_CLOCK = 0xffff_ffff;

export type PresenceClaim = { client: number; clock: number; state: string };

export type ClientFrame =
  /** State of the client's copy: the clock of each writer on its side. */
  | { kind: 'step1'; vector: ReadonlyMap<number, number> }
  /** Something a client wrote. Never applied: the server is the only writer. */
  | { kind: 'ignored' }
  /** Claims of a client about itself, and (from stock clients) about others whom it heard of. */
  | { kind: 'presence'; claims: PresenceClaim[] }
  | { kind: 'query-presence' };

/** A frame that no well-behaved client sends. */
export class BadFrame extends Error {
  override name = 'BadFrame';
}

/**
 * Reads one frame. Everything is decided on decoded values, against a list of what is allowed.
 * @throws BadFrame
 */
export function readFrame(data: Uint8Array): ClientFrame {
  try {
    const decoder = decoding.createDecoder(data);
    const type = readWhole(decoder);
    if (type === QUERY_AWARENESS) return { kind: 'query-presence' };
    if (type === AWARENESS)
      return { kind: 'presence', claims: readPresence(decoding.readVarUint8Array(decoder)) };
    if (type !== SYNC) throw new BadFrame(`message type ${type}`);
    const step = readWhole(decoder);
    if (step === STEP_2 || step === UPDATE) return { kind: 'ignored' };
    if (step !== STEP_1) throw new BadFrame(`sync type ${step}`);
    return { kind: 'step1', vector: readVector(decoding.readVarUint8Array(decoder)) };
  } catch (error) {
    if (error instanceof BadFrame) throw error;
    throw new BadFrame('truncated or malformed frame', { cause: error });
  }
}

function readVector(vector: Uint8Array): Map<number, number> {
  const decoder = decoding.createDecoder(vector);
  const entries = readWhole(decoder);
  if (entries > MAX_VECTOR_ENTRIES) throw new BadFrame('state vector too long');
  const clocks = new Map<number, number>();
  for (let i = 0; i < entries; i++) {
    const client = readWhole(decoder);
    clocks.set(client, readWhole(decoder));
  }
  return clocks;
}

/** A number on the wire. lib0 reads an endless run of continuation bytes as NaN, which no comparison would stop. */
function readWhole(decoder: decoding.Decoder): number {
  const value = decoding.readVarUint(decoder);
  if (!Number.isSafeInteger(value)) throw new BadFrame('not a whole number');
  return value;
}

/**
 * Entries about whoever: whose they may be is judged by the connection. Their number is bounded by the frame's size.
 */
function readPresence(update: Uint8Array): PresenceClaim[] {
  const decoder = decoding.createDecoder(update);
  const entries = readWhole(decoder);
  if (entries > MAX_PRESENCE_ENTRIES) throw new BadFrame('presence of too many');
  const claims: PresenceClaim[] = [];
  for (let i = 0; i < entries; i++) {
    const client = readWhole(decoder);
    const clock = readWhole(decoder);
    if (client > MAX_CLIENT) throw new BadFrame('no client id');
    if (clock > MAX_PRESENCE_CLOCK) throw new BadFrame('no clock');
    claims.push({ client, clock, state: decoding.readVarString(decoder) });
  }
  return claims;
}

/** The difference a reader asked for. */
export function step2Frame(update: Uint8Array): Uint8Array {
  return syncFrame(STEP_2, update);
}

/** A change. */
export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame(UPDATE, update);
}

/** A frame for everybody, and the bytes in which it goes over a socket: made once, sent to all. */
export type Broadcast = { readonly frame: Uint8Array; readonly message: Uint8Array };

/** A change, for everybody. */
export function updateBroadcast(update: Uint8Array): Broadcast {
  const frame = updateFrame(update);
  return { frame, message: messageOf(frame) };
}

/** First byte of a binary message that is not continued (RFC 6455, 5.2). */
const WHOLE_BINARY = 0x82;
/** Longest payloads of a header that says the length in its second byte, and in the two after it. */
const SHORT = 125;
const MIDDLE = 0xffff;

/** A frame as a WebSocket message of a server, which masks nothing. */
function messageOf(frame: Uint8Array): Uint8Array {
  const { length } = frame;
  const message = Buffer.alloc((length <= SHORT ? 2 : length <= MIDDLE ? 4 : 10) + length);
  message[0] = WHOLE_BINARY;
  if (length <= SHORT) message[1] = length;
  else if (length <= MIDDLE) {
    message[1] = 126;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = 127;
    message.writeUIntBE(length, 4, 6);
  }
  message.set(frame, message.length - length);
  return message;
}

function syncFrame(step: number, update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

/** Presence of several at once. `state` is JSON, or `null` for somebody who left. */
export function presenceFrame(entries: readonly PresenceClaim[]): Uint8Array {
  const inner = encoding.createEncoder();
  encoding.writeVarUint(inner, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(inner, client);
    encoding.writeVarUint(inner, clock);
    encoding.writeVarString(inner, state);
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
  return encoding.toUint8Array(encoder);
}

/** An empty presence message: what stock clients take as a sign of life. */
export const HEARTBEAT = presenceFrame([]);
