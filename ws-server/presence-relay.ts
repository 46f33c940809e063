import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Presence } from '../src/lib/protocol/awareness';
import type { DatabaseHandle } from '../src/lib/server/db/driver/client';
import { CHANNEL, notifyPresence } from '../src/lib/server/db/driver/notify';
import type { PresenceEntry } from './presence';

/** Postgres refuses a notification of 8,000 bytes or more. */
const NOTE_BYTES = 7_900;

const Note = z.object({
  from: z.string(),
  doc: z.string(),
  /** Somebody began to read there and asks who is here. */
  asks: z.boolean().optional(),
  entries: z.array(
    z.object({
      client: z.number(),
      clock: z.number(),
      state: z.string().refine((state) => state === 'null' || Presence.safeParse(JSON.parse(state)).success),
      person: z.string(),
      colour: z.number().int().min(1).max(8)
    })
  )
});

/** Tells the other processes on this database who is here, and hears who is there. */
export type PresenceRelay = {
  announce(doc: string, entries: readonly PresenceEntry[]): void;
  /** Asks the others who reads a document there. */
  ask(doc: string): void;
  stop(): Promise<void>;
};

/** Listener to what comes from the other processes. */
export type RelayListener = {
  heard(doc: string, entries: readonly PresenceEntry[]): void;
  asked(doc: string): void;
};

export async function startPresenceRelay(
  handle: DatabaseHandle,
  listener: RelayListener
): Promise<PresenceRelay> {
  const self = randomUUID();
  const subscription = await handle.driver.listen(CHANNEL.presence, (payload) => {
    const note = parse(payload);
    if (!note || note.from === self) return;
    if (note.asks) listener.asked(note.doc);
    listener.heard(note.doc, note.entries);
  });
  // Presence is a courtesy: what is lost now is told again within 15 s, when clients renew it.
  const send = (note: string) => void notifyPresence(handle.db, note).catch(() => undefined);
  return {
    announce(doc, entries) {
      for (const note of notesOf({ from: self, doc }, entries)) send(note);
    },
    ask: (doc) => send(JSON.stringify({ from: self, doc, asks: true, entries: [] })),
    stop: () => subscription.unlisten().catch(() => undefined)
  };
}

/** The fewest notifications that their size allows. */
function notesOf(head: { from: string; doc: string }, entries: readonly PresenceEntry[]): string[] {
  const notes: string[] = [];
  const encode = (part: readonly PresenceEntry[]) => JSON.stringify({ ...head, entries: part });
  let part: PresenceEntry[] = [];
  for (const entry of entries) {
    if (part.length > 0 && Buffer.byteLength(encode([...part, entry])) >= NOTE_BYTES) {
      notes.push(encode(part));
      part = [];
    }
    part.push(entry);
  }
  if (part.length > 0) notes.push(encode(part));
  return notes;
}

function parse(payload: string): z.infer<typeof Note> | null {
  try {
    return Note.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
