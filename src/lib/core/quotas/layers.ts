import {
  bindingCap,
  userCap,
  CAPS,
  type CapId,
  type CapLimit,
  type CapSettings,
  type PlatformCaps
} from './caps';

// What a charge goes through: every layer that applies is charged, and the smallest remaining one binds (QUO-1).

export const SUBJECT_TYPES = ['administrator', 'application', 'user'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];
/**
 * Layers in the order in which they are named when several have as little left: what is nearest to the subject comes
 * first. A package counts nothing: it is where a limit was set.
 */
export const LAYERS = ['administrator', 'application', 'user', 'package', 'platform'] as const;
export type LayerName = (typeof LAYERS)[number];

/** Caps that count units; threads are counted by leases. */
export const COUNTED_CAPS = ['hourly', 'daily', 'monthly'] as const satisfies readonly CapId[];
export type CountedCapId = (typeof COUNTED_CAPS)[number];

export type CapOfLayer = {
  limit: CapLimit;
  /** Layer where the limit was set; `platform` of a person's cap: the ceiling of everybody. */
  source: LayerName;
  /** It counts, and says what it would have refused, and refuses nothing (QUO-10). */
  shadow?: boolean;
  /** Part of the limit that comes from raises. */
  raised?: number;
};

export type Layer = {
  layer: LayerName;
  /** The row that counts: `administrator:<id>`, `platform`. */
  account: string;
  /** Time zone in which its days and months begin; absent: that of the ask. */
  zone?: string;
  caps: Record<CapId, CapOfLayer>;
  /** Its hourly rate is spread evenly: it delays what comes sooner. */
  smooth?: boolean;
  /** Shares of a cap at which people are told, in percent. */
  alerts?: readonly number[];
};

/** Enforcement of caps, as the platform wants it. */
export type Enforcement = {
  /** Caps that count and refuse nothing (QUO-10). */
  watched?: readonly CapId[];
  smooth?: boolean;
  alerts?: readonly number[];
};

/** An extra amount that is in force at this moment: it ends by itself (QUO-7). */
export type Raise = { cap: CapId; amount: number };

/**
 * The caps of somebody who sends: the smaller of what is set for them and the platform's ceiling, and what was
 * raised.
 */
export function subjectLayer(
  subject: { type: SubjectType; id: string },
  given: {
    platform: PlatformCaps;
    own: CapSettings;
    /** The package's settings, of a user alone. */
    ofPackage?: CapSettings | undefined;
    raises: readonly Raise[];
    zone?: string | undefined;
  },
  { watched = [], smooth = false, alerts = [] }: Enforcement = {}
): Layer {
  const caps = Object.fromEntries(
    CAPS.map(({ id }): [CapId, CapOfLayer] => {
      const { limit, source } = capOf(subject.type, given, id);
      const raised = given.raises.reduce((sum, { cap, amount }) => (cap === id ? sum + amount : sum), 0);
      return [
        id,
        {
          limit: limit === 'unlimited' ? limit : limit + raised,
          source,
          raised,
          ...(watched.includes(id) ? { shadow: true } : {})
        }
      ];
    })
  ) as Layer['caps'];
  return {
    ...{ layer: subject.type, account: accountOf(subject), caps },
    ...(given.zone === undefined ? {} : { zone: given.zone }),
    ...(smooth && !watched.includes('hourly') ? { smooth } : {}),
    ...(alerts.length > 0 ? { alerts } : {})
  };
}

function capOf(
  type: SubjectType,
  { platform, own, ofPackage }: Pick<Parameters<typeof subjectLayer>[1], 'platform' | 'own' | 'ofPackage'>,
  id: CapId
): { limit: CapLimit; source: LayerName } {
  if (ofPackage) return userCap(platform[id], ofPackage[id], own[id]);
  const { limit, source } = bindingCap(platform[id], own[id]);
  return { limit, source: source === 'platform' ? source : type };
}
/** The account of everybody together, and what is told of it in place of an id. */
export const PLATFORM = 'platform';

/** Everybody together. Of threads there is no total: they are leases of rows that everybody would wait for. */
export function platformLayer(
  total: Record<CountedCapId, CapLimit>,
  { watched = [], alerts = [] }: Pick<Enforcement, 'watched' | 'alerts'> = {}
): Layer {
  const caps = Object.fromEntries(
    CAPS.map(({ id }): [CapId, CapOfLayer] => [
      id,
      {
        limit: id === 'threads' ? 'unlimited' : total[id],
        source: 'platform',
        ...(watched.includes(id) ? { shadow: true } : {})
      }
    ])
  ) as Layer['caps'];
  return { layer: 'platform', account: PLATFORM, caps, ...(alerts.length > 0 ? { alerts } : {}) };
}

export function accountOf({ type, id }: { type: SubjectType; id: string }): string {
  return `${type}:${id}`;
}

/** True when a layer limits anything: one that does not is not worth a row that everybody waits for. */
export function isLimited({ caps }: Layer): boolean {
  return CAPS.some(({ id }) => caps[id].limit !== 'unlimited');
}
