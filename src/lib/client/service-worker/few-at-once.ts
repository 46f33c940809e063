/** Works on everything, a few at a time. @throws the first failure; what was not begun by then is not begun. */
export async function fewAtOnce<T>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>
): Promise<void> {
  const left = all.values();
  let failed = false;
  const lane = async () => {
    for (const one of left) {
      if (failed) return;
      await work(one);
    }
  };
  const lanes = Array.from({ length: atOnce }, () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    })
  );
  await Promise.all(lanes);
}
