import type { Refusal, RefusalCode } from '$lib/core/access/refusal';
import type { TwoFactorSource } from '$lib/core/sign-in/two-factor';

const SOURCES: Record<TwoFactorSource, string> = {
  platform: 'the installation',
  role: 'your role',
  administrator: 'an administrator'
};

/** Sources that require a second factor, as words: "your role and the installation". */
export function sourceWords(sources: readonly TwoFactorSource[]): string {
  const names = sources.map((source) => SOURCES[source]);
  const last = names.pop() ?? 'no one';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

const OWNERSHIP: Partial<Record<RefusalCode, string>> = {
  'not-found': 'The offer is no longer open: it was withdrawn or has expired.',
  'access/owner': 'Only an active Super Administrator can become the owner.',
  'auth/reauthenticate': 'Nothing was changed: this requires your password.'
};

/** Reason a step of passing the ownership on was not done, as a sentence; null when it was done. */
export function ownershipProblem(refusal: Refusal | null): string | null {
  return refusal && (OWNERSHIP[refusal.code] ?? 'Nothing was changed: your role no longer allows it.');
}
