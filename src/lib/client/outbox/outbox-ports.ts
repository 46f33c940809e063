import type { Channel } from './optimistic-records.svelte';
import type { Clock } from './sender';
import type { OutboxStore } from './store';
import type { Transport } from './transport';

/** Surroundings of an outbox: the device, the server, the other pages and the clock. */
export type OutboxPorts = {
  store: OutboxStore;
  send: Transport;
  alone(work: () => Promise<void>): Promise<void>;
  channel: Channel;
  clock: Clock;
  random(): number;
  newOp(): string;
  mayTry(): boolean;
  /** Asks for the password that the server wants first; false when it was not given. */
  askPassword(): Promise<boolean>;
  /** Something waits for a connection: whoever can send when this page is gone should know. */
  onwaiting?(): void;
};
