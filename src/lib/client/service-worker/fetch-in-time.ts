/**
 * Way to ask for a file: the use of the browser's own cache, and the time within which its answer must begin, in
 * ms.
 */
type Way = { cache: RequestCache; answerMs: number };

/** Time that a file may take to come once its answer began, in ms: lines are slow, but not for ever. */
const BODY_MS = 60_000;
/** A request that was given up may hold an entry of the browser's cache; the second way does not wait for that. */
const FIRST_MS = 5_000;
const SECOND: Way = { cache: 'no-store', answerMs: 15_000 };

/** Does something with an answer; the time limit is over once it resolves. */
type Use = (response: Response) => Promise<void>;

/**
 * Asks for a file and uses its answer, past the browser's cache when none begins in time.
 * @throws naming the file when nothing comes either way; whatever fails otherwise, at once.
 */
export async function fetchInTime(
  fetch: typeof globalThis.fetch,
  file: string,
  cache: RequestCache,
  use: Use
) {
  const late = new AbortController();
  try {
    await once(fetch, file, { cache, answerMs: FIRST_MS }, late, use);
  } catch (error) {
    if (!late.signal.aborted) throw error;
    await once(fetch, file, SECOND, new AbortController(), use);
  }
}

async function once(
  fetch: typeof globalThis.fetch,
  file: string,
  { cache, answerMs }: Way,
  late: AbortController,
  use: Use
): Promise<void> {
  const after = (ms: number) =>
    setTimeout(() => late.abort(new Error(`${file}: nothing came in ${ms} ms`)), ms);
  let timer = after(answerMs);
  try {
    const response = await fetch(file, { cache, signal: late.signal });
    clearTimeout(timer);
    timer = after(BODY_MS);
    await use(response);
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
