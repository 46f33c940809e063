/** Longest wait for a module, in milliseconds; it is used when it comes after all. */
const IMPORT_MS = 15_000;

/**
 * A module that comes later. For one that failed the browser is asked again when it is next asked for; some answer as
 * they did before, without a fetch, as long as the page is open. Nobody waits a second time for one that is late.
 * @param onlost it failed
 * @param oncame it is here, also after it had failed
 * @returns asks for it; rejects when it failed, and while it is late
 */
export function inGoodTime<T>(
  fetch: () => Promise<T>,
  onlost: () => void = () => undefined,
  oncame: () => void = () => undefined
): () => Promise<T> {
  let coming: { module: Promise<T>; late: Promise<never> } | null = null;
  const failed = () => {
    coming = null;
    onlost();
  };
  return () => {
    coming ??= begin(fetch, oncame, failed);
    return Promise.race([coming.module, coming.late]);
  };
}

function begin<T>(fetch: () => Promise<T>, oncame: () => void, onfailure: () => void) {
  const module = fetch();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a module is late')), IMPORT_MS);
  });
  // Whoever asked hears of it.
  late.catch(() => undefined);
  module.then(oncame, onfailure).finally(() => clearTimeout(timer));
  return { module, late };
}
