/** Keeps the screen on, where the browser can and lets us, until the returned function is called. */
export function keepAwake(): () => void {
  let held: WakeLockSentinel | null = null;
  let over = false;
  // The browser takes it back whenever the page is hidden: it is asked for again when it is not.
  const ask = async () => {
    if (over || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request('screen');
      if (over) await lock.release();
      else held = lock;
    } catch {
      // Battery saving, or a policy: the screen does as its system says.
    }
  };
  const onVisible = () => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisible);
    void held?.release().catch(() => undefined);
  };
}
