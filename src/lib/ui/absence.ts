/**
 * Reason a part of the app is not here: there is no connection; the server has another version of the app; its file
 * did not come in time; its file cannot be had before the page is loaded anew.
 */
export type Absence = 'unreachable' | 'replaced' | 'late' | 'lost';

type Words = {
  title: string;
  /** Advice on what to do about it. */
  text: string;
  /** True if loading the page anew helps. */
  reload: boolean;
};

const RELOAD = { text: 'Reload the page to continue.', reload: true };
const WORDS: Record<Absence, Words> = {
  unreachable: {
    title: 'This is not on this device yet',
    text: 'Try again when you are back online.',
    reload: false
  },
  late: {
    title: 'This takes too long to load',
    text: 'Check your connection and try again.',
    reload: false
  },
  replaced: { title: 'A new version is available', ...RELOAD },
  lost: { title: 'This could not be loaded', ...RELOAD }
};

export function absenceWords(absence: Absence): Words {
  return WORDS[absence];
}

/** Messages of browsers, and of the builder's own loader, about a file that did not come. */
const NOT_FETCHED =
  /dynamically imported module|importing a module script failed|unable to preload css|failed to fetch/i;

/** True if an `import()` failed because of a file that did not come; otherwise the module itself threw. */
export function wasNotFetched(error: unknown): boolean {
  return error instanceof Error && NOT_FETCHED.test(error.message);
}
