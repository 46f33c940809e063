import * as Y from 'yjs';
import { ApiClient } from '../support/api-client';
import { openReplica } from '../support/replica';
import type { ReplicaState } from './history';
import { describe } from './read-facts';

/** Stock y-websocket readers that stay through everything. */
export type Readers = {
  state(): ReplicaState;
  /** True if all hold what the stored documents say. */
  agree(documents: ReplicaState): boolean;
  /** Those whom a final close code has sent away: nothing in a campaign is a reason for that. */
  problems(): string[];
  close(): void;
};

export async function openReaders(
  origins: readonly string[],
  cookie: string,
  names: string[]
): Promise<Readers> {
  const readers = names.map((name, at) => {
    const client = new ApiClient(origins[at % origins.length]!);
    client.cookie = cookie;
    return { name, replica: openReplica(client, name, new Y.Doc()) };
  });
  await Promise.all(readers.map(({ replica }) => replica.synced()));
  const state = () => {
    const all: ReplicaState = { role: {} };
    for (const { name, replica } of readers) describe(all, name, replica.doc);
    return all;
  };
  return {
    state,
    agree(documents) {
      const { roles, feed, role } = state();
      return (
        JSON.stringify(feed) === JSON.stringify(documents.feed) &&
        same(roles, documents.roles) &&
        Object.entries(role).every(([id, held]) => documents.role[id]?.seq === held.seq)
      );
    },
    problems: () =>
      readers.flatMap(({ name, replica }) =>
        replica.closes
          .filter((code) => code >= 4400 && code < 4500)
          .map((code) => `the reader of ${name} was closed with ${code}`)
      ),
    close: () => readers.forEach(({ replica }) => replica.destroy())
  };
}

function same(a: ReplicaState['roles'], b: ReplicaState['roles']): boolean {
  const sorted = (roles: ReplicaState['roles']) => JSON.stringify(Object.entries(roles ?? {}).sort());
  return sorted(a) === sorted(b);
}
