import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE } from '$lib/protocol/close-codes';
import { LiveSocket, type SocketProvider } from './live-socket.svelte';

/** A provider whose socket does what a test says. */
class TestProvider {
  synced = false;
  shouldConnect = true;
  wsLastMessageReceived = 0;
  readonly dialled: ('connect' | 'disconnect')[] = [];
  readonly #listeners = new Map<string, (argument: unknown) => void>();

  connect = () => void this.dialled.push('connect');
  disconnect = () => void this.dialled.push('disconnect');
  on = (name: string, listener: (argument: unknown) => void) => void this.#listeners.set(name, listener);

  dials() {
    this.#listeners.get('status')!({ status: 'connecting' });
  }
  opens() {
    this.wsLastMessageReceived = Date.now();
    this.#listeners.get('status')!({ status: 'connected' });
  }
  syncs() {
    this.synced = true;
    this.wsLastMessageReceived = Date.now();
    this.#listeners.get('sync')!(true);
  }
  closes(code: number) {
    this.synced = false;
    this.#listeners.get('connection-close')!({ code });
  }
}

function socketOf(provider: TestProvider) {
  const heard: [number, boolean][] = [];
  const closed: number[] = [];
  const socket = new LiveSocket(provider as unknown as SocketProvider, {
    synced: () => undefined,
    heard: (at, final) => heard.push([at, final]),
    closed: (code) => closed.push(code)
  });
  return { socket, heard, closed };
}

let page: EventTarget;
let provider: TestProvider;
let sockets: LiveSocket[];

function open() {
  const opened = socketOf(provider);
  sockets.push(opened.socket);
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('navigator', { onLine: true });
  provider = new TestProvider();
  sockets = [];
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('[LIV-3] the socket of a document', () => {
  test('a socket is live when what was missed is here, and not when it is merely open', () => {
    const { socket } = open();
    provider.opens();
    expect(socket.state).toBe('connecting');
    provider.syncs();
    expect([socket.state, socket.lastContact]).toEqual(['live', 1_000_000]);
  });

  test('a short interruption is not shown; a longer one is offline', () => {
    const { socket } = open();
    provider.syncs();
    provider.closes(1006);
    expect(socket.state).toBe('live');
    vi.advanceTimersByTime(2_499);
    expect(socket.state).toBe('live');
    vi.advanceTimersByTime(1);
    expect(socket.state).toBe('offline');
  });

  test('an interruption that is over in time leaves no trace', () => {
    const { socket } = open();
    provider.syncs();
    provider.closes(1006);
    vi.advanceTimersByTime(1_000);
    provider.opens();
    provider.syncs();
    vi.advanceTimersByTime(5_000);
    expect(socket.state).toBe('live');
  });

  test('what takes long to come over an open socket is on its way, for some time, and offline as soon as the socket is gone', () => {
    const { socket } = open();
    const after = (ms: number) => {
      vi.advanceTimersByTime(ms);
      return socket.state;
    };
    provider.dials();
    provider.opens();
    expect([after(14_999), after(1)]).toEqual(['connecting', 'offline']);
    provider.opens();
    expect(after(10_000)).toBe('connecting');
    provider.closes(1006);
    expect([after(2_499), after(1)]).toEqual(['connecting', 'offline']);
    provider.opens();
    provider.syncs();
    expect(after(20_000)).toBe('live');
  });

  test('what was live and is not brought up to date soon is offline, although there is a socket: whoever asks anew goes by it', () => {
    const { socket } = open();
    provider.syncs();
    provider.closes(1006);
    provider.opens();
    vi.advanceTimersByTime(2_500);
    expect(socket.state).toBe('offline');
  });

  test('after a loss the provider does not dial by itself: it is dialled again within the wait', () => {
    open();
    provider.syncs();
    provider.closes(1006);
    expect([provider.shouldConnect, provider.dialled]).toEqual([false, []]);
    vi.advanceTimersByTime(200);
    expect(provider.dialled).toEqual(['connect']);
  });

  test('silence of a socket that calls itself open is a loss, dated by the last word', () => {
    const { socket, heard } = open();
    provider.syncs();
    vi.advanceTimersByTime(28_000);
    expect(socket.state).toBe('live');
    vi.advanceTimersByTime(2_000);
    expect([socket.state, socket.lastContact]).toEqual(['offline', 1_000_000]);
    expect(heard.at(-1)).toEqual([1_000_000, true]);
    expect(provider.dialled).toEqual(['disconnect', 'connect']);
  });

  test('a waking page keeps a socket that spoke lately, and dials anew where it did not', () => {
    const { socket } = open();
    provider.syncs();
    page.dispatchEvent(new Event('online'));
    expect([socket.state, provider.dialled]).toEqual(['live', []]);
    vi.setSystemTime(1_000_000 + 20_000);
    page.dispatchEvent(new Event('online'));
    expect(provider.dialled).toEqual(['disconnect', 'connect']);
  });

  test('what the server closes for good stays closed: nothing dials again', () => {
    const { socket, closed } = open();
    provider.syncs();
    provider.closes(CLOSE.notAllowed);
    page.dispatchEvent(new Event('online'));
    socket.lost();
    vi.advanceTimersByTime(60_000);
    expect([socket.state, socket.closeCode, closed]).toEqual([
      'closed',
      CLOSE.notAllowed,
      [CLOSE.notAllowed]
    ]);
    expect(provider.dialled).toEqual([]);
  });

  test('a socket that is let go dials no more', () => {
    const { socket } = open();
    provider.syncs();
    provider.closes(1006);
    socket.drop();
    socket.destroy();
    vi.advanceTimersByTime(60_000);
    expect([socket.state, provider.dialled]).toEqual(['closed', []]);
  });
});
