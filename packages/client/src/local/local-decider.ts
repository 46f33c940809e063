import type { Connection } from '../connection.ts';
import { refusal, resourceOf, type Decision, type OwnReason, type Question } from '../decision.ts';
import type { Decider } from '../decider.ts';
import { evaluate, reasonOf } from './evaluate.ts';
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
    // What is found in the copy is well-formed. A no is one at any age, and whatever it is about.
    may(subject, permission, resource) {
      const { copy } = follower;
      const isText = typeof subject === 'string';
      const id = isText ? subject : subject?.id;
      if (!copy || typeof id !== 'string') return undefined;
      const holder = copy.holder(isText ? 'administrator' : subject.type, id);
      const held = holder?.role?.permission(permission);
      if (!holder || !held) return false;
      const about = resourceOf(resource);
      if (!about || reasonOf(copy, holder, permission, held, about, Date.now) !== 'granted') return false;
      return refusedBy(0) === null;
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
