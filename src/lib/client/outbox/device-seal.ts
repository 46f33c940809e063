import { inGoodTime } from './in-good-time';
import type { Seal } from './seal';
import { sealHere, sealLost } from './seal-lost';

/** The module, which comes beside what the server is asked first: what one changes is shown before it is kept. */
const sealing = inGoodTime(() => import('./seal'), sealLost, sealHere);
void sealing().catch(() => undefined);

/**
 * Asks for the seal with a person's keys as they are known at that moment, and behind them those that this page heard
 * before: what they closed is still opened here, and closed anew. Rejects while its module is not here.
 */
export function deviceSeal(deviceKeys: () => readonly string[]): () => Promise<Seal> {
  let heard: readonly string[] = [];
  let known: { text: string; seal: Seal } | null = null;
  return async () => {
    const keys = [...new Set([...deviceKeys(), ...heard])];
    heard = keys;
    const text = keys.join(' ');
    if (known?.text !== text) known = { text, seal: (await sealing()).sealWith(keys) };
    return known.seal;
  };
}
