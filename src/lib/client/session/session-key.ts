/**
 * Key of the context in which components find the session of their page. In a file of its own: the pages before the
 * sign-in ask whether there is one, without loading it.
 */
export const SESSION_KEY = Symbol('session');
