import type * as Y from 'yjs';
import { observeCells, permissionCells } from '$lib/documents/role-doc';
import { counted } from '$lib/ui/counted';

/** Change that someone else made to a permission a moment ago. */
export type RecentChange = {
  readonly id: string;
  readonly by: string;
  readonly on: boolean;
  /** ISO time by the server's clock. */
  readonly at: string;
  /** Time it arrived here, in `performance.now()` ms: a row that scrolls back into view goes on where it was. */
  readonly seen: number;
};

/** Time a name stays beside a row, in ms. */
const NAME_FOR = 30_000;
/** Milliseconds in which at most one sentence is read out. */
const SPEAK_EVERY = 5000;

type Options = {
  doc: Y.Doc;
  isMe: (by: string) => boolean;
  /** Changes that arrive while catching up are old news. */
  isLive: () => boolean;
  labelOf: (id: string) => string;
};

/** Follows what others do to a role: who changed which row, and a sentence for screen readers now and then. */
export class RecentChanges {
  /** Text of the polite live region. */
  announcement = $state('');
  #revision = $state(0);
  readonly #changes = new Map<string, RecentChange>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #unspoken: RecentChange[] = [];
  #quiet: ReturnType<typeof setTimeout> | null = null;
  readonly #options: Options;
  readonly #stop: () => void;

  constructor(options: Options) {
    this.#options = options;
    this.#stop = observeCells(options.doc, (ids) => this.#see(ids));
  }

  of(id: string): RecentChange | null {
    void this.#revision;
    return this.#changes.get(id) ?? null;
  }

  /** The newest first. */
  all(): RecentChange[] {
    void this.#revision;
    return [...this.#changes.values()].reverse();
  }

  destroy() {
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#quiet !== null) clearTimeout(this.#quiet);
  }

  #see(ids: ReadonlySet<string>) {
    if (!this.#options.isLive()) return;
    const cells = permissionCells(this.#options.doc);
    const seen: RecentChange[] = [];
    for (const id of ids) {
      const cell = cells.get(id);
      if (!cell || this.#options.isMe(cell.by)) {
        this.#changes.delete(id);
        continue;
      }
      const change = { id, by: cell.by, on: cell.on, at: cell.at, seen: performance.now() };
      this.#changes.delete(id);
      this.#changes.set(id, change);
      seen.push(change);
    }
    this.#revision++;
    if (seen.length === 0) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const change of seen) if (this.#changes.get(change.id) === change) this.#changes.delete(change.id);
      this.#revision++;
    }, NAME_FOR);
    this.#timers.add(timer);
    this.#unspoken.push(...seen);
    if (this.#quiet === null) this.#speak();
  }

  #speak() {
    const news = this.#unspoken;
    this.#unspoken = [];
    const first = news[0];
    if (!first) {
      this.#quiet = null;
      return;
    }
    const oneCommand = news.every((change) => change.by === first.by && change.on === first.on);
    const verb = first.on ? 'ticked' : 'unticked';
    if (!oneCommand) this.announcement = `${counted(news.length)} permissions were changed`;
    else if (news.length === 1) this.announcement = `${first.by} ${verb} ${this.#options.labelOf(first.id)}`;
    else this.announcement = `${first.by} ${verb} ${counted(news.length)} permissions`;
    this.#quiet = setTimeout(() => this.#speak(), SPEAK_EVERY);
  }
}
