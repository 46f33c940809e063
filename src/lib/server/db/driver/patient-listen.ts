import type postgres from 'postgres';

/** Time a server may take to answer LISTEN, in ms, before the program goes on without. */
const PATIENCE_MS = 10_000;

type Listening = Pick<postgres.ListenMeta, 'unlisten'>;

/**
 * A subscription that nobody waits for without end. LISTEN goes over a connection of the driver's own: ended by the
 * server in the moment between statement and answer, it is not answered at all (postgres.js 3.4.9). Whoever listens
 * looks by the clock as well, so that what goes on without is slower, and not stopped.
 * @param patience in milliseconds
 * @throws what LISTEN failed with in that time
 */
export async function listenPatiently(
  listening: PromiseLike<Listening>,
  patience = PATIENCE_MS
): Promise<Listening> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Listening>((resolve) => {
    timer = setTimeout(resolve, patience, { unlisten: () => Promise.resolve() });
  });
  return Promise.race([listening, late]).finally(() => clearTimeout(timer));
}
