/** Answer of an endpoint for programs. */
export type EndpointAnswer = { status: number; headers: Headers; text: string; body: unknown };

export type EndpointRequest = {
  key?: string | null;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string as it is. */
  body?: unknown;
};

/** Asks at an endpoint as another program would: a key and JSON, no cookie, no Origin. */
export async function askEndpoint(
  origin: string,
  path: string,
  given: EndpointRequest = {}
): Promise<EndpointAnswer> {
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
