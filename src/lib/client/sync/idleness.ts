/** Attendance of somebody at this page. */
export type Attendance = 'here' | 'idle' | 'gone';

const IDLE_MS = 2 * 60_000;
const GONE_MS = 10 * 60_000;

/**
 * @param lastInput when somebody last used this page
 * @param hiddenSince since when nobody can see it; null while it is seen
 */
export function attendance(now: number, lastInput: number, hiddenSince: number | null): Attendance {
  if (now - lastInput >= GONE_MS) return 'gone';
  if (hiddenSince !== null && now - hiddenSince >= GONE_MS) return 'gone';
  return now - lastInput >= IDLE_MS ? 'idle' : 'here';
}

const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'input', 'wheel', 'touchstart'] as const;
const LOOK_MS = 5_000;

/** Notices that nobody is at the page: others are not told that somebody is on a row who went for lunch. */
export class Idleness {
  now: Attendance = 'here';
  #lastInput = Date.now();
  #hiddenSince: number | null = document.visibilityState === 'hidden' ? Date.now() : null;
  readonly #timer = setInterval(() => this.#look(), LOOK_MS);
  readonly #listeners = new Set<() => void>();

  constructor() {
    for (const type of INPUTS) addEventListener(type, this.#onInput, { passive: true, capture: true });
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  /** Call the result to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  destroy(): void {
    clearInterval(this.#timer);
    for (const type of INPUTS) removeEventListener(type, this.#onInput, { capture: true });
    document.removeEventListener('visibilitychange', this.#onVisibility);
  }

  readonly #onInput = (): void => {
    this.#lastInput = Date.now();
    if (this.now !== 'here') this.#look();
  };

  readonly #onVisibility = (): void => {
    this.#hiddenSince = document.visibilityState === 'hidden' ? Date.now() : null;
    // Coming back to the page is using it.
    if (this.#hiddenSince === null) this.#onInput();
  };

  #look(): void {
    const next = attendance(Date.now(), this.#lastInput, this.#hiddenSince);
    if (next === this.now) return;
    this.now = next;
    for (const listener of this.#listeners) listener();
  }
}
