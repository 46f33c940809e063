/**
 * A call that comes once in `ms` milliseconds, however often it is asked for until then. Keeps no process alive.
 */
export function onceIn(ms: number, call: () => void): { ask(): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = undefined;
        call();
      }, ms).unref();
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    }
  };
}
