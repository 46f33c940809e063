import { dominates, type Actor } from '../access/access';

/** Somebody who knows an activation secret, as they are at this moment. */
export type SecretMaker = Pick<Actor, 'owner' | 'permissions'> & {
  name: string;
  /** Neither suspended nor deactivated, nor have they been since they made it. */
  standing: boolean;
};

/**
 * Reason why an activation secret opens nothing. `unknown-maker`: nobody knows who made it, or they were deleted;
 * `maker-gone`: they were suspended or deactivated since; `maker-weaker`: the account may do what they may not.
 * `by` is their name, null when it is unknown.
 */
export type SecretVoid = { why: 'unknown-maker' | 'maker-gone' | 'maker-weaker'; by: string | null };

/**
 * Judges an activation secret at the moment it is used (ACC-2): it is worth what its account may do now, so whoever
 * knows it must dominate the account now. Making it was judged by the account as it was then, and says nothing any
 * more.
 * @param makers everybody who knows it; a null in it is somebody who is no more; null: nobody knows who they are
 * @returns null when it opens the account
 */
export function secretVoid(
  account: Pick<Actor, 'owner' | 'permissions'>,
  makers: readonly (SecretMaker | null)[] | null
): SecretVoid | null {
  if (makers === null || makers.includes(null)) return { why: 'unknown-maker', by: null };
  for (const maker of makers) {
    if (maker === null) continue;
    if (!maker.standing) return { why: 'maker-gone', by: maker.name };
    if (!dominates(maker, account)) return { why: 'maker-weaker', by: maker.name };
  }
  return null;
}
