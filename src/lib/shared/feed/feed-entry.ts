import type { ActionShape } from './action-shape';

/** Outcome of an event, by shape: round is fine, square needs a look. */
export type FeedOutcome = 'ok' | 'ended' | 'security' | 'failed' | 'denied';

/** One line of the log as the feed shows it. */
export type FeedEntry = {
  id: string;
  /** The entry's number in the log. */
  number: number | null;
  /** ISO 8601. */
  at: string;
  outcome: FeedOutcome;
  /** The person, or what was typed when nobody by that name is known (`known: false`). `id`: null of nobody. */
  actor: { id: string | null; name: string; known: boolean; colour: number | null };
  /** Subject of the event, where its outcome has no shape: a person, a role, a setting. */
  shape?: ActionShape;
  /** Number of further entries of the same kind by the same person that this line stands for. */
  more?: number;
  /** "Signed in" */
  activity: string;
  /** "Password, authenticator app" */
  details?: string;
  /** "Firefox on macOS": shown in grey after the details where there is room. */
  device?: string;
  ip?: string;
  /** Address that a press leads to; without it the row is text. */
  href?: string;
};
