// What a service worker is to its code: the DOM library that pages are checked against does not know it.

export type WaitingEvent = Event & { waitUntil(work: Promise<unknown>): void };
export type RequestEvent = WaitingEvent & {
  request: Request;
  respondWith(answer: Promise<Response>): void;
};
export type SyncEvent = WaitingEvent & { tag: string };
export type MessageFromPage = MessageEvent<unknown> & Pick<WaitingEvent, 'waitUntil'>;

export type WorkerScope = {
  location: { origin: string };
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly unknown[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WaitingEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: RequestEvent) => void): void;
  addEventListener(type: 'sync', listener: (event: SyncEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageFromPage) => void): void;
};
