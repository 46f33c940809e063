import type { Connection } from '../connection.ts';
import { refusal, resourceOf, type Decision, type OwnReason, type Question } from '../decision.ts';
import type { Decider } from '../decider.ts';
import { evaluate, isGranted } from './evaluate.ts';
import { Follower } from './follower.ts';
import { AgeLimit } from './moment.ts';

/**
 * Decides in this process, by a copy that follows Rolecall.
 * @param maxAge milliseconds since the copy was last known to be in force, beyond which everything is a no
 */
export function localDecider(connection: Connection, maxAge: number): Decider {
  const follower = new Follower(connection);
  const age = new AgeLimit(() => follower.age(), maxAge);
  let isShutDown = false;

  return {
    decide(question, { atLeast = 0 }) {
      const waits = follower.isOver(atLeast) ? null : follower.reach(atLeast);
      return waits ? waits.then(() => answer(question, atLeast)) : answer(question, atLeast);
    },
    // A no is one at any age, so that the clocks are asked for a yes alone. What is found in the copy is well-formed.
    may(subject, permission, resource) {
      const { copy } = follower;
      const about = resourceOf(resource);
      if (!copy || !about) return undefined;
      const isAddress = typeof subject === 'string';
      const id = isAddress ? subject : subject?.id;
      if (typeof id !== 'string') return undefined;
      const holder = copy.holder(isAddress ? 'administrator' : subject.type, id);
      return isGranted(copy, holder, permission, about, Date.now) && refusedBy(0) === null;
    },
    close() {
      isShutDown = true;
      follower.close();
    }
  };

  function answer(question: Question, atLeast: number): Decision {
    const { copy } = follower;
    const refused = refusedBy(atLeast);
    if (refused || !copy) return refusal(refused ?? 'unavailable');
    const reason = evaluate(copy, question, Date.now);
    const { revision } = copy;
    const decision = reason === 'granted';
    return { decision, reason, revision, decisionId: null, reasonAdmin: null, reasonUser: null };
  }

  function refusedBy(atLeast: number): OwnReason | null {
    if (isShutDown) return 'shut-down';
    if (follower.isKeyRefused) return 'key-refused';
    if (!follower.copy) return 'unavailable';
    if (age.isOver()) return 'stale';
    return follower.copy.revision < atLeast ? 'unavailable' : null;
  }
}
