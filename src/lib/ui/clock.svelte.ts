import { createSubscriber } from 'svelte/reactivity';

// One timer for every relative time on the page; it runs only while something reads it.
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

let read = (): number => Date.now();

/** Sets the clock that pages go by: in milliseconds since 1970. */
export function goByClock(now: () => number): void {
  read = now;
}

/** Now, reactive to the second inside an effect or a template. */
export function currentTime(): Date {
  subscribe();
  // A fresh value each time, never mutated: the subscription above is what makes it reactive.
  return new Date(read());
}
