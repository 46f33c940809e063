/** A requirement of a second factor, and from when on; null: at once. */
export type TwoFactorRule = { required: boolean; from: Date | null };

/** Source of a demand for a second factor (AUT-2). */
export type TwoFactorSource = 'platform' | 'role' | 'administrator';

export type TwoFactorRules = Record<TwoFactorSource, TwoFactorRule>;

export type TwoFactorDemand = {
  /** True if it is in force at this moment. */
  required: boolean;
  /** Sources of the demand: those in force, else those to come. */
  sources: TwoFactorSource[];
  /** Moment at which it begins; null when it is in force or nobody asks for it. */
  from: Date | null;
};

const SOURCES = ['platform', 'role', 'administrator'] as const;

/** Demand that the platform, the role and the administrator's own record come to: the strictest counts (AUT-2). */
export function twoFactorDemand(rules: TwoFactorRules, now: Date): TwoFactorDemand {
  const asking = SOURCES.filter((source) => rules[source].required);
  const inForce = asking.filter((source) => isInForce(rules[source], now));
  if (inForce.length > 0) return { required: true, sources: inForce, from: null };
  const begins = asking.map((source) => rules[source].from!.getTime());
  return {
    required: false,
    sources: asking,
    from: begins.length > 0 ? new Date(Math.min(...begins)) : null
  };
}

function isInForce({ from }: TwoFactorRule, now: Date): boolean {
  return from === null || from.getTime() <= now.getTime();
}
