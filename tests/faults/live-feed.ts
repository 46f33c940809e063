import { setTimeout as sleep } from 'node:timers/promises';
import { LiveFeed, type LogEntry } from '../../src/lib/shared/indexes/live-feed.svelte';
import type { ApiClient } from '../support/api-client';
import { openReplica, until } from '../support/replica';

export type LiveFeedReport = {
  /** Milliseconds from the answer to a sign-in until it stands in the watcher's feed; 0 when it stood there before. */
  latencies: number[];
  /**
   * Number of sign-ins while the watcher was cut off; `caughtUp`: milliseconds from its return until the last of them
   * was there.
   */
  missed: number;
  caughtUp: number;
  /** Entries in the watcher's feed in the end, oldest first. */
  shown: LogEntry[];
};

export type Visitor = { id: string; email: string; password: string };

/**
 * People sign in, each in a session of their own over HTTP, and somebody watches the live feed over a socket, with the
 * client's own code. In between the watcher is cut off for a while.
 */
export async function watchSignIns(given: {
  watcher: ApiClient;
  visitors: readonly Visitor[];
  anonymous: () => ApiClient;
  /** Sign-ins of each before the cut, and after it. */
  rounds: number;
  cutMs: number;
  /** Forgets between two rounds what the limits of sign-ins count. */
  between?: () => Promise<void>;
}): Promise<LiveFeedReport> {
  const { watcher, visitors, rounds, cutMs } = given;
  const replica = openReplica(watcher, 'feed');
  const feed = new LiveFeed(replica.doc);
  await replica.synced();
  const arrivals = new Map<string, number[]>();
  const known = new Set(feed.newest().map(({ id }) => id));
  replica.doc.on('update', () => {
    for (const entry of feed.newest().reverse()) {
      if (known.has(entry.id) || entry.action !== 'auth.sign_in' || entry.actor.id === null) continue;
      known.add(entry.id);
      arrivals.set(entry.actor.id, [...(arrivals.get(entry.actor.id) ?? []), performance.now()]);
    }
  });
  const answered = new Map<string, number[]>();
  const round = async () => {
    await given.between?.();
    await Promise.all(
      visitors.map(async ({ id, email, password }) => {
        await given.anonymous().call('auth.signIn', { email, password });
        answered.set(id, [...(answered.get(id) ?? []), performance.now()]);
      })
    );
  };
  const done = () => visitors.every(({ id }) => arrivals.get(id)?.length === answered.get(id)?.length);
  const latencies: number[] = [];
  const note = (skip: number) => {
    for (const { id } of visitors)
      for (const [nth, at] of (answered.get(id) ?? []).entries())
        if (nth >= skip) latencies.push(Math.max(0, arrivals.get(id)![nth]! - at));
  };
  try {
    for (let n = 0; n < rounds; n++) await round();
    await until(done, 'all sign-ins in the feed');
    note(0);

    replica.provider.disconnect();
    const cutUntil = performance.now() + cutMs;
    let lost = 0;
    while (performance.now() < cutUntil || lost === 0) {
      await round();
      lost += 1;
      // So many in all that the feed, which holds the newest 500 entries, still has them.
      await sleep(Math.min(cutMs / 8, Math.max(0, cutUntil - performance.now())));
    }
    const back = performance.now();
    replica.provider.connect();
    await until(done, 'what was missed');
    const caughtUp = performance.now() - back;

    for (let n = 0; n < rounds; n++) await round();
    await until(done, 'all sign-ins in the feed');
    note(rounds + lost);
    return { latencies, missed: lost * visitors.length, caughtUp, shown: feed.newest().reverse() };
  } finally {
    replica.destroy();
  }
}
