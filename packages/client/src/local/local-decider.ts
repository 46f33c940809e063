import type { Connection } from '../connection.ts';
import { refusal, type OwnReason } from '../decision.ts';
import type { Decider } from '../decider.ts';
import { evaluate } from './evaluate.ts';
import { Follower } from './follower.ts';

/**
 * Decides in this process, by a copy that follows Rolecall.
 * @param maxAge milliseconds since the copy was last known to be in force, beyond which everything is a no
 */
export function localDecider(connection: Connection, maxAge: number): Decider {
  const follower = new Follower(connection);
  let isShutDown = false;

  return {
    async decide(question, { atLeast = 0 }) {
      await follower.reach(atLeast);
      const { copy } = follower;
      const reason = refusedBy(atLeast);
      if (reason || !copy) return refusal(reason ?? 'unavailable');
      const answer = evaluate(copy, question, Date.now());
      return {
        ...refusal('unavailable'),
        decision: answer === 'granted',
        reason: answer,
        revision: copy.revision
      };
    },
    close() {
      isShutDown = true;
      follower.close();
    }
  };

  function refusedBy(atLeast: number): OwnReason | null {
    if (isShutDown) return 'shut-down';
    if (follower.isKeyRefused) return 'key-refused';
    if (!follower.copy) return 'unavailable';
    if (follower.age() > maxAge) return 'stale';
    return follower.copy.revision < atLeast ? 'unavailable' : null;
  }
}
