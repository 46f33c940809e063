import { databaseName } from '../device/device-names';
import type { Channel } from './optimistic-records.svelte';

/** Channel on which tabs of one person, and the service worker, hear of each other’s changes. */
export function channelOf(personId: string): Channel & { close(): void } {
  const channel = new BroadcastChannel(databaseName({ kind: 'outbox', personId }));
  return {
    announce: () => channel.postMessage('changed'),
    onheard(call) {
      channel.onmessage = () => call();
      return () => channel.close();
    },
    close: () => channel.close()
  };
}
