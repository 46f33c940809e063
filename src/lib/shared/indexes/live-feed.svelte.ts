import { createSubscriber } from 'svelte/reactivity';
import type * as Y from 'yjs';
import type { FeedEntry as LogEntry } from '$lib/documents/cells';
import { feedEntries } from '$lib/documents/list-docs';

export type { LogEntry };

/** The newest entries of the log as they arrive (LOG-3): the document keeps them in step over every interruption. */
export class LiveFeed {
  readonly #entries: Y.Array<LogEntry>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc) {
    const entries = feedEntries(doc);
    this.#entries = entries;
    this.#subscribe = createSubscriber((update) => {
      const observer = () => update();
      entries.observe(observer);
      return () => entries.unobserve(observer);
    });
  }

  /** Newest first, each number once. */
  newest(): LogEntry[] {
    this.#subscribe();
    const byNumber = new Map(this.#entries.toArray().map((entry) => [entry.id, entry]));
    return [...byNumber.values()].sort((a, b) => b.id - a.id);
  }
}
