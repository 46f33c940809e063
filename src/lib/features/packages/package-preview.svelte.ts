import { api } from '$lib/client/api/api';
import { Loadable } from '$lib/client/api/loadable.svelte';
import type { Preview } from './preview-words';

type PreviewInput = Parameters<typeof api.packages.preview.query>[0];

/** Typing rests this long before it is asked what a change would do, in milliseconds. */
const REST_MS = 250;

/** Effect that the change in the form would have; asked anew when it is another one. */
export class PackagePreview {
  readonly #known = new Loadable<Preview>();
  #question = $state.raw<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Null: not known, or nothing is asked. */
  get value(): Preview | null {
    return this.#question === null ? null : this.#known.value;
  }

  /** True if the preview shown is about what stands in the form. */
  get settled(): boolean {
    return this.#question !== null && !this.#known.asking;
  }

  /** @param change null: nothing is changed */
  ask(change: PreviewInput | null): void {
    const question = change && JSON.stringify(change);
    if (question === this.#question) return;
    this.#question = question;
    clearTimeout(this.#timer);
    if (change === null) return this.#known.stop();
    this.#timer = setTimeout(() => void this.#known.ask(() => api.packages.preview.query(change)), REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#known.stop();
  }
}
