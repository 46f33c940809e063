import type { Released } from './returns.ts';

const TIMEOUT_MS = 5000;

/** Asks Rolecall to give back what it counted for a message. */
export async function release(
  { origin, key, mta }: { origin: string; key: string; mta: string },
  queueId: string,
  complain: (text: string) => void
): Promise<Released> {
  try {
    const response = await fetch(`${origin}/caps/v1/release`, {
      method: 'POST',
      // The key would go with it.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ postfix: { mta, queueId } })
    });
    const { code } = (await response.json()) as { code?: unknown };
    // 409: it was given back before.
    if (response.status === 200 || response.status === 409) return 'released';
    if (code === 'ledger/unknown') return 'nothing';
    complain(`${queueId}: HTTP ${response.status} ${String(code ?? '')}`);
  } catch (error) {
    complain(`${queueId}: ${String(error)}`);
  }
  return 'no answer';
}
