/** A cookie as a browser keeps it: one that a client got here. */
type KeptCookie = {
  name: string;
  value: string;
  domain: 'localhost';
  path: '/';
  secure: true;
  httpOnly: true;
  sameSite: 'Lax';
};

/**
 * The cookie of a session for a browser. By domain and path: one that is given by address takes its path from there,
 * and `__Host-` forbids that.
 * @param cookie name and value, as a client sends them
 */
export function sessionCookie(cookie: string): KeptCookie {
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  return { name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' };
}

/** Id of the session that a cookie is of. */
export function sidOf({ cookie }: { cookie: string }): string {
  return sessionCookie(cookie).value.split('.')[0]!;
}
