import type { SignInStep } from '../../../core/sign-in/sign-in-step';

/** What is known of a request before anybody is asked who they are. */
export type RequestFacts = {
  /** Named in the log and in every error message. */
  id: string;
  /** Address of the client, as far as trusted proxies say (http/client-address). */
  ip: string | null;
  /** Address of the socket's other end. */
  peer: string | null;
  userAgent: string | null;
};

/** Whoever calls: a session that stood when the request arrived, or nobody. It is judged again inside the transaction. */
export type Caller = {
  request: RequestFacts;
  session: { sid: string; personId: string; step: SignInStep } | null;
  /** What the browser's device cookie says; null when it has none. */
  device: string | null;
};
