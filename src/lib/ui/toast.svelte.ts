/** Message in the toaster. Only the person's own doings; others' changes never toast. */
export type Toast = {
  message: string;
  /** Shows an *Undo* button; runs at most once. */
  undo?: () => void;
  /** Milliseconds that it stays while nobody points at it or focuses it. */
  duration?: number;
};

type Shown = Toast & { id: number; duration: number };

let last = 0;
let current = $state.raw<Shown | null>(null);

/** The toast on screen, reactive. */
export function currentToast(): Shown | null {
  return current;
}

/** Shows a toast in place of the one before it: one at a time. Returns its id for `dismissToast`. */
export function showToast(toast: Toast): number {
  const id = (last += 1);
  // A module variable is shared by all requests on the server, so nothing is ever kept there.
  if (typeof window !== 'undefined') current = { duration: 8000, ...toast, id };
  return id;
}

/** Takes a toast away; without an id, whichever is shown. */
export function dismissToast(id?: number): void {
  if (id === undefined || current?.id === id) current = null;
}
