/** What a door for programs answered. */
export type DoorAnswer = { status: number; headers: Headers; text: string; body: unknown };

export type DoorRequest = {
  key?: string | null;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string as it is. */
  body?: unknown;
};

/** Asks at a door as another program would: a key and JSON, no cookie, no Origin. */
export async function askDoor(origin: string, path: string, given: DoorRequest = {}): Promise<DoorAnswer> {
  const { key, method = given.body === undefined ? 'GET' : 'POST', headers = {}, body } = given;
  const response = await fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
}
