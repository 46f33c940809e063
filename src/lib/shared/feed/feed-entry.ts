import type { ActionShape } from './action-shape';

/** What happened, by shape: round is fine, square wants a look. */
export type FeedOutcome = 'ok' | 'ended' | 'security' | 'failed' | 'denied';

/** One line of the log as the feed shows it. */
export type FeedEntry = {
  id: string;
  /** The entry's number in the log. */
  number: number | null;
  /** ISO 8601. */
  at: string;
  outcome: FeedOutcome;
  /** The person, or what was typed when nobody by that name is known (`known: false`). */
  actor: { name: string; known: boolean; colour: number | null };
  /** What it is about, where its outcome does not say: a person, a role, a setting. */
  shape?: ActionShape;
  /** How many more of the same by the same person this line stands for. */
  more?: number;
  /** "Signed in" */
  activity: string;
  /** "Password, authenticator app" */
  details?: string;
  /** "Firefox on macOS": shown in grey after the details where there is room. */
  device?: string;
  ip?: string;
  /** Where a press leads; without it the row is text. */
  href?: string;
};
