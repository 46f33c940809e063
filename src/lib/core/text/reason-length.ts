/** Most characters of the reason that somebody gives, by what is done: to an account of a user, or to sending. */
export const REASON_LENGTH = { user: 500, sending: 200 } as const;
