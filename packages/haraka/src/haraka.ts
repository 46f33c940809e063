/** Interface of Haraka as a plugin sees it, as far as this one looks. */

export type Next = (code?: number, message?: string) => void;

export type Transaction = {
  uuid: string;
  rcpt_to: readonly unknown[];
  notes: Record<string, unknown>;
  results: { get(name: string): { pass?: unknown[]; err?: unknown[] } | undefined };
};

export type Connection = {
  state: number;
  notes: { auth_user?: unknown };
  transaction: Transaction | null;
};

export type Plugin = {
  config: { get(name: string): { main: Readonly<Record<string, unknown>> } };
  register_hook(hook: string, method: string, priority?: number): void;
  logwarn(text: string): void;
  logerror(text: string): void;
};

/** Return codes of hooks; haraka-constants has them, and Haraka alone. */
export const CONT = 900;
export const DENY = 902;
export const DENYSOFT = 903;

/** State from which on a connection is at its end. */
export const DISCONNECTING = 99;
