import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseHandle } from '../../db/driver/client';
import { CHANNEL } from '../../db/driver/notify';
import type { Deps } from '../write-path/deps';
import { onceIn } from '../write-path/once-in';
import { Age } from './age';
import { KnownAuthority, type AuthorityNews } from './known-authority';
import { readAuthority } from './read-authority';

/** Authority as one process knows it (DESIGN 9). */
export type AuthorityView = {
  /** Authority as it stands now; null when it is not known: then nobody may be told yes. */
  now(): KnownAuthority | null;
  /**
   * The same, waiting up to a second until it is known, and stands for a revision at least.
   * @param revision the log number demanded; null: none
   */
  reach(revision: number | null): Promise<KnownAuthority | null>;
  /** Tells of every look that succeeded, with what had changed; null: nothing. Returns how to end it. */
  follow(listener: (news: AuthorityNews | null) => void): () => void;
  stop(): Promise<void>;
};

/** A view of nobody: who is answered from it is told that it is not known. */
export const UNKNOWN_AUTHORITY: AuthorityView = {
  now: () => null,
  reach: () => Promise.resolve(null),
  follow: () => () => undefined,
  stop: () => Promise.resolve()
};

export type AuthorityViewOptions = {
  /** True if a notification about authority is heard: for tests of lost ones. */
  hears?: (() => boolean) | undefined;
};

/** Greatest age, in ms, of known authority that is answered from. */
const OLDEST_MS = 2000;
/** Longest wait, in ms, of whoever asks for authority to be known. */
const WAIT_MS = 1000;
/** Milliseconds between looks without any notification: what a lost one left is found within a second. */
const LOOK_MS = 750;
/** Milliseconds between two looks, however many notifications come. */
const SPACING_MS = 10;
/** Milliseconds between looks while entries wait for their number, or somebody waits for one. */
const SOON_MS = 40;
/**
 * Milliseconds from a notification about a role, of which there are many, to a look: by then its entry mostly has its
 * number, and one look finds both. Whoever demands a revision does not wait for it.
 */
const ROLE_MS = 20;

type Waiter = { revision: number; resolve: (known: KnownAuthority | null) => void };

/**
 * Keeps authority in memory, by the notifications that judge open sockets anew and by looking (decision 0043). What
 * is answered from it is never older than 2 s by the clock, whatever held this process up.
 * In one piece: looking, waiting and following share one state.
 */
export async function startAuthorityView(
  deps: Deps,
  handle: DatabaseHandle,
  { hears = () => true }: AuthorityViewOptions = {}
): Promise<AuthorityView> {
  const known = new KnownAuthority(deps.catalogue);
  const age = new Age();
  const waiters = new Set<Waiter>();
  const followers = new Set<(news: AuthorityNews | null) => void>();
  let stopped = false;
  let wanted = true;
  let wake: () => void = () => undefined;
  const look = () => {
    wanted = true;
    wake();
  };
  const soon = onceIn(SOON_MS, look);
  const afterRole = onceIn(ROLE_MS, look);
  const now = () => (age.is(OLDEST_MS) ? known : null);

  // Heard first, then read: what is committed in between is read again.
  const listening = await handle.driver.listen(
    CHANNEL.authority,
    (subject) => {
      if (subject.startsWith('session:') || !hears()) return;
      if (subject.startsWith('role:')) afterRole.ask();
      else look();
    },
    look
  );
  const timer = setInterval(look, LOOK_MS);
  await once().catch((error: unknown) => deps.log.warn({ err: error }, 'authority could not be read'));
  const running = run();

  return {
    now,
    reach(revision) {
      const least = revision ?? 0;
      const present = now();
      if (present && present.revision >= least) return Promise.resolve(present);
      return new Promise((resolve) => {
        const waiter = { revision: least, resolve };
        waiters.add(waiter);
        setTimeout(() => {
          if (waiters.delete(waiter)) resolve(null);
        }, WAIT_MS).unref();
        look();
      });
    },
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      soon.cancel();
      afterRole.cancel();
      look();
      await running;
      for (const { resolve } of waiters) resolve(null);
      await listening.unlisten().catch(() => undefined);
    }
  };

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped) {
      if (!wanted) await new Promise<void>((resolve) => (wake = resolve));
      if (stopped) return;
      wanted = false;
      try {
        await once();
        failures = 0;
        await sleep(SPACING_MS);
      } catch (error) {
        wanted = true;
        failures += 1;
        if (failures === 1) deps.log.warn({ err: error }, 'authority could not be read: decisions wait');
        await sleep(Math.min(500, 25 * 2 ** failures));
      }
    }
  }

  /** One look. What it finds is as old as its beginning. */
  async function once(): Promise<void> {
    const begun = Age.mark();
    const news = known.apply(await readAuthority(deps, known));
    age.since(begun);
    const present = now();
    for (const waiter of waiters)
      if (present && present.revision >= waiter.revision && waiters.delete(waiter)) waiter.resolve(present);
    for (const follower of followers) follower(news);
    if (known.moment?.hasPending || waiters.size > 0) soon.ask();
  }
}
