import { bindingCaps, CAPS, type CapId, type CapLimit, type CapSettings, type PlatformCaps } from './caps';

// What a charge goes through: every layer that applies is charged, and the smallest remaining one binds (QUO-1).

export type SubjectType = 'administrator' | 'application';
/** In the order in which they are named when several have as little left: what is nearest to the subject comes first. Packages and keys will stand here. */
export const LAYERS = ['administrator', 'application', 'platform'] as const;
export type LayerName = (typeof LAYERS)[number];

/** Caps that count units; threads are counted by leases. */
export const COUNTED_CAPS = ['hourly', 'daily', 'monthly'] as const satisfies readonly CapId[];
export type CountedCapId = (typeof COUNTED_CAPS)[number];

export type CapOfLayer = {
  limit: CapLimit;
  /** Where the limit was set; `platform` of a person's cap: the ceiling of everybody. */
  source: LayerName;
  /** It counts, and says what it would have refused, and refuses nothing (QUO-10). */
  shadow?: boolean;
  /** What is in it of raises. */
  raised?: number;
};

export type Layer = {
  layer: LayerName;
  /** The row that counts: `administrator:<id>`, `platform`. */
  account: string;
  caps: Record<CapId, CapOfLayer>;
  /** Its hourly rate is spread evenly: it delays what comes sooner. */
  smooth?: boolean;
  /** Of how much of a cap people are told, in percent. */
  alerts?: readonly number[];
};

/** How the platform wants caps to be enforced. */
export type Enforcement = {
  /** Caps that count and refuse nothing (QUO-10). */
  watched?: readonly CapId[];
  smooth?: boolean;
  alerts?: readonly number[];
};

/** An extra amount that is in force at this moment: it ends by itself (QUO-7). */
export type Raise = { cap: CapId; amount: number };

/** The caps of a person or an application: the smaller of its own and the platform's ceiling, and what was raised. */
export function subjectLayer(
  subject: { type: SubjectType; id: string },
  given: { platform: PlatformCaps; own: CapSettings; raises: readonly Raise[] },
  { watched = [], smooth = false, alerts = [] }: Enforcement = {}
): Layer {
  const binding = bindingCaps(given.platform, given.own);
  const caps = Object.fromEntries(
    CAPS.map(({ id }): [CapId, CapOfLayer] => {
      const { limit, source } = binding[id];
      const raised = given.raises.reduce((sum, { cap, amount }) => (cap === id ? sum + amount : sum), 0);
      return [
        id,
        {
          limit: limit === 'unlimited' ? limit : limit + raised,
          source: source === 'administrator' ? subject.type : source,
          raised,
          ...(watched.includes(id) ? { shadow: true } : {})
        }
      ];
    })
  ) as Layer['caps'];
  return {
    ...{ layer: subject.type, account: accountOf(subject), caps },
    ...(smooth && !watched.includes('hourly') ? { smooth } : {}),
    ...(alerts.length > 0 ? { alerts } : {})
  };
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
