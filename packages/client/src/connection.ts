/** Address of Rolecall, and the means to ask it. */
export type Connection = {
  /** Address of the console, without a slash at its end. */
  origin: string;
  key: string;
  /** Milliseconds that an answer may take. */
  timeout: number;
};

/** Nobody could answer, or nobody in time; the connection broke. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** The key doesn't work, or may not ask this. */
export class KeyRefused extends Error {
  override name = 'KeyRefused';
}

/**
 * Sends a request with the key. Node keeps connections open and shares them; a redirect is never followed, since
 * the key would go with it.
 * @param signal ends the request and what is read of it
 * @throws Unavailable, KeyRefused
 */
export async function call(
  { origin, key }: Connection,
  path: string,
  signal: AbortSignal,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {}
): Promise<Response> {
  const response = await fetch(`${origin}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'error',
    signal,
    headers: { ...headers, authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body })
  }).catch((cause: unknown) => {
    throw new Unavailable('no answer', { cause });
  });
  if (response.status === 200) return response;
  // Read to its end, so that the connection is used again.
  await response.arrayBuffer().catch(() => undefined);
  if (response.status === 401 || response.status === 403) throw new KeyRefused(`HTTP ${response.status}`);
  throw new Unavailable(`HTTP ${response.status}`);
}

/** The JSON of an answer. @throws Unavailable */
export async function readJson(response: Response): Promise<unknown> {
  return response.json().catch((cause: unknown) => {
    throw new Unavailable('no JSON', { cause });
  });
}
