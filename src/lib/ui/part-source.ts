/** Availability of the app's files. `replaced`: the server has them of another version than this page's. */
export type Reach = 'here' | 'unreachable' | 'replaced';

/**
 * Source of the parts of the app. What is told here is known to the app alone: its server, its version, what this
 * device keeps.
 */
export type PartSource = {
  /** Asked before a file is. Answers in a few seconds, and never fails. */
  reach(): Promise<Reach>;
  /** A file did not come: the browser does not ask for it again as long as this page is open. */
  lost(): void;
  /** Loads this page anew. */
  reload(): void;
};

let source: PartSource = {
  reach: () => Promise.resolve('here'),
  lost: () => undefined,
  reload: () => location.reload()
};

/** Called once, before the first part is needed; without it every file is asked for as it is needed. */
export function partsComeFrom(from: PartSource): void {
  source = from;
}

export const partSource = (): PartSource => source;
