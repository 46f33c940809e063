import type { World } from './world';

/**
 * Puts a run's clock and chance in the place of the machine's, for all code that is loaded here: `Date`, timers,
 * random bytes and ids. So nothing in the product's code can be timed or random by itself, also what is written later.
 * Between runs everything is as it was.
 */
export async function inWorld<T>(world: World, run: () => Promise<T>): Promise<T> {
  install();
  if (inside) throw new Error('one world at a time');
  inside = world;
  try {
    return await run();
  } finally {
    inside = null;
  }
}

let inside: World | null = null;
let installed = false;

const RealDate = Date;

class WorldDate extends RealDate {
  constructor(...given: [] | [value: number | string | Date]) {
    if (given.length === 0 && inside) super(inside.now);
    else super(...(given as [number]));
  }
  static override now(): number {
    return inside ? inside.now : RealDate.now();
  }
}

/**
 * Factor by which what looks around at an interval does so more rarely: nothing may depend on it, and most of a run
 * would be spent on looking at nothing.
 */
const RARER = 5;

/** A timer in virtual time, as far as anybody looks at one. */
class WorldTimer {
  cancel: () => void = () => undefined;
  unref(): this {
    return this;
  }
  ref(): this {
    return this;
  }
}

/** Installs it: to be called before anything is loaded that takes a clock or a source of chance for itself. */
export function install(): void {
  if (installed) return;
  installed = true;
  globalThis.Date = WorldDate as DateConstructor;
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, random: Math.random };
  const later = (call: () => void, ms = 0, again: boolean) => {
    const timer = new WorldTimer();
    const world = inside!;
    const set = () => {
      timer.cancel = world.after(ms, () => {
        if (again) set();
        call();
      });
    };
    set();
    return timer;
  };
  const clear = (timer: unknown, otherwise: (timer: never) => void) => {
    if (timer instanceof WorldTimer) timer.cancel();
    else otherwise(timer as never);
  };
  Object.assign(globalThis, {
    setTimeout: Object.assign(
      (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        inside ? later(() => call(...args), ms, false) : real.setTimeout(call, ms, ...args),
      real.setTimeout
    ),
    setInterval: (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      inside ? later(() => call(...args), (ms ?? 0) * RARER, true) : real.setInterval(call, ms, ...args),
    clearTimeout: (timer: unknown) => clear(timer, real.clearTimeout),
    clearInterval: (timer: unknown) => clear(timer, real.clearInterval)
  });
  Math.random = () => (inside ? inside.random.next() : real.random());

  const { getRandomValues } = globalThis.crypto;
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    configurable: true,
    value: (array: Uint8Array<ArrayBuffer>) => fillIn(array) ?? getRandomValues.call(globalThis.crypto, array)
  });
  const webUuid = globalThis.crypto.randomUUID.bind(globalThis.crypto);
  Object.defineProperty(globalThis.crypto, 'randomUUID', {
    configurable: true,
    value: () => uuidIn() ?? webUuid()
  });
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => {
    if (!inside) return timeout.call(AbortSignal, ms);
    const controller = new AbortController();
    inside.after(ms, () => controller.abort(new DOMException('too late', 'TimeoutError')));
    return controller.signal;
  };
}

/** A random (version 4) id of this world. */
export function uuidOf({ random }: World): string {
  const digits = Array.from({ length: 4 }, () =>
    random.whole(0, 0xffff_ffff).toString(16).padStart(8, '0')
  ).join('');
  const [a, b, c, d] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16), digits.slice(17, 20)];
  return `${a}-${b}-4${c}-a${d}-${digits.slice(20)}`;
}

/** Random bytes of the world that runs; null when none does. */
export function fillIn<T extends ArrayBufferView>(array: T): T | null {
  if (!inside) return null;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length;) {
    let drawn = inside.random.next() * 0x1_0000_0000;
    for (const end = Math.min(at + 4, bytes.length); at < end; drawn /= 256) bytes[at++] = drawn & 0xff;
  }
  return array;
}

export function uuidIn(): string | null {
  return inside && uuidOf(inside);
}

export function waitIn(ms: number): Promise<void> | null {
  return inside && inside.wait(ms);
}
