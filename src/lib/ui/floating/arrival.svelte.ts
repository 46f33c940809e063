import { tick } from 'svelte';
import { floating } from './floating';

/**
 * Readiness of what a component opens. It is made when it is first opened, and stays: what closes may take its time.
 */
export class Arrival {
  /** It stands there, closed or open. */
  here = $state(false);

  /** @returns false when it cannot be had: whoever still waits for it is to be told */
  async make(): Promise<boolean> {
    if ((await floating.load()) === null) return false;
    this.here = true;
    await tick();
    return true;
  }
}

/**
 * Makes it ready when it is to be open, however it was opened; closes it when it cannot be had. Called while a
 * component is made.
 */
export function madeWhenOpen(arrival: Arrival, isOpen: () => boolean, close: () => void): void {
  $effect.pre(() => {
    if (!isOpen() || arrival.here) return;
    if (floating.there) {
      arrival.here = true;
      return;
    }
    let waited = true;
    void arrival.make().then((made) => {
      if (made || !waited) return;
      floating.tell();
      close();
    });
    return () => {
      waited = false;
    };
  });
}
