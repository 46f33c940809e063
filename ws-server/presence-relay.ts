import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { Presence } from '../src/lib/protocol/awareness';
import type { DatabaseHandle } from '../src/lib/server/db/client';
import type { PresenceClaim } from './frames';
import type { Room } from './room';

const CHANNEL = 'presence';
/** A notification holds at most 8,000 bytes; entries are some 200. */
const ENTRIES_PER_NOTE = 20;

const Note = z.object({
  from: z.string(),
  doc: z.string(),
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

type Entry = PresenceClaim & { person: string; colour: number };

/** Tells the other processes on this database who is here, and hears who is there. */
export type PresenceRelay = { tell(doc: string, entries: readonly Entry[]): void; stop(): Promise<void> };

export async function startPresenceRelay(
  handle: DatabaseHandle,
  roomOf: (doc: string) => Room | undefined
): Promise<PresenceRelay> {
  const self = randomUUID();
  const subscription = await handle.driver.listen(CHANNEL, (payload) => {
    const note = parse(payload);
    if (!note || note.from === self) return;
    const room = roomOf(note.doc);
    for (const entry of note.entries) room?.presence.takeRelayed(entry, performance.now());
  });
  return {
    tell(doc, entries) {
      for (let at = 0; at < entries.length; at += ENTRIES_PER_NOTE) {
        const note = JSON.stringify({ from: self, doc, entries: entries.slice(at, at + ENTRIES_PER_NOTE) });
        // Presence is a courtesy: what is lost now is told again within 15 s.
        void handle.db.execute(sql`select pg_notify(${CHANNEL}, ${note})`).catch(() => undefined);
      }
    },
    stop: () => subscription.unlisten().catch(() => undefined)
  };
}

function parse(payload: string): z.infer<typeof Note> | null {
  try {
    return Note.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
