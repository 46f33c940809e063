import { dominates, type Actor } from '../access/access';
import type { Refusal } from '../access/refusal';

/** Why somebody may not touch a user (ACC-2): nobody touches who may do more than they. `effective`: what the user's package lets it do. */
export function barredFromUser(
  actor: Actor,
  { effective }: { effective: ReadonlySet<string> }
): Refusal | null {
  return dominates(actor, { owner: false, permissions: effective }) ? null : { code: 'access/not-dominated' };
}
