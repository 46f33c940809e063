import {
  capUsages,
  EVERYONE,
  type CapUsages,
  type Pause,
  type RunningRaise,
  type Sender
} from '../../../core/quotas/cap-usage';
import { isNear } from '../../../core/quotas/forecast';
import type { Gauge } from '../../../core/quotas/binding';
import {
  accountOf,
  PLATFORM,
  platformLayer,
  SUBJECT_TYPES,
  type SubjectType
} from '../../../core/quotas/layers';
import { LONGEST_HISTORY_DAYS } from '../../../protocol/cap-command-inputs';
import { hoursOf, overOfDay, peekLedger } from '../../db/tables/ledger-table';
import { findPause } from '../../db/tables/pauses-table';
import { readSenders, type SenderFacts } from '../../db/tables/senders-table';
import { readSection } from '../stored-settings/read-section';
import { ask } from '../write-path/ask';
import type { Caller } from '../write-path/caller';
import type { Deps } from '../write-path/deps';
import type { RefusalOr } from '../write-path/refusal-or';
import { toGauges, toIso, toPause } from './gauges';
import { senderStateOf, totalLayer } from './sender-state';
import type { CapSubject } from './touched-subject';
import { viewBarred } from './view-usage';

export type SubjectUsage = { subject: Sender | typeof EVERYONE; caps: CapUsages };

/** Use in the hour that begins then, and the part of it that a cap that is only watched would have refused. */
export type HourUsage = { hour: string; units: number; over: number };

const DAY_MS = 86_400_000;
/** The caps of each layer, in the order in which the database tells them. */
const CAPS_OF_LAYER = 4;

/** Usage of people, applications and users, and what is left. Unknown ids are left out. */
export function readUsage(
  deps: Deps,
  caller: Caller,
  { ids, near = false }: { ids?: string[] | undefined; near?: boolean | undefined }
): Promise<RefusalOr<SubjectUsage[]>> {
  return ask<SubjectUsage[]>(deps, caller, { name: 'caps.usage', permission: null }, async (actor) => {
    const refused = viewBarred(actor, ids ?? null);
    if (refused) return { refused };
    const people = ids?.filter((id) => id !== PLATFORM) ?? null;
    const all: { gauges: Gauge[]; usage: SubjectUsage }[] = ids?.includes(PLATFORM)
      ? [await usageOfAll(deps)]
      : [];
    for (const type of SUBJECT_TYPES) all.push(...(await subjectsUsage(deps, type, people)));
    return {
      answer: near
        ? all.filter(({ gauges }) => gauges.some(isNear)).map(({ usage }) => usage)
        : all.map(({ usage }) => usage)
    };
  });
}

/** Usage of a subject in each hour, oldest first; hours in which nothing happened are left out. */
export function readHistory(
  deps: Deps,
  caller: Caller,
  { subject, from, to }: { subject: CapSubject | 'platform'; from: string; to: string }
): Promise<RefusalOr<HourUsage[]>> {
  return ask<HourUsage[]>(deps, caller, { name: 'caps.history', permission: null }, async (actor) => {
    const everyone = subject === PLATFORM;
    const refused = viewBarred(actor, [everyone ? PLATFORM : subject.id]);
    if (refused) return { refused };
    return hoursUsed(deps, subject, { from, to });
  });
}

/** The hours of somebody, or of everybody together, in a period that is not too long. */
export async function hoursUsed(
  { db }: Deps,
  subject: CapSubject | 'platform',
  { from, to }: { from: string; to: string }
): Promise<RefusalOr<HourUsage[]>> {
  if (Date.parse(to) - Date.parse(from) > LONGEST_HISTORY_DAYS * DAY_MS) {
    const message = `Ask for at most ${LONGEST_HISTORY_DAYS} days at once.`;
    return { refused: { code: 'input/invalid', field: 'from', message } };
  }
  const hours = { from: new Date(from), to: new Date(to) };
  return { answer: await hoursOf(db, subject === PLATFORM ? PLATFORM : accountOf(subject), hours) };
}

/** Usage of the caps of some senders of a kind; null: of all of this kind. */
export async function subjectsUsage({ db }: Deps, type: SubjectType, ids: readonly string[] | null) {
  const senders = await readSenders(db, type, ids);
  const [first] = senders;
  if (!first) return [];
  const states = senders.map((facts) => senderStateOf(type, facts));
  // Their own layer; the total of the platform is nobody's.
  const layers = states.map((state) => state.layers[0]!);
  // One more is asked about: when a cap that is full has room for it.
  const stored = await peekLedger(db, { units: 1, zone: senderStateOf(type, first).zone, layers });
  const watching = stored.some(({ shadow }) => shadow);
  const over = watching
    ? await overOfDay(
        db,
        layers.map(({ account }) => account)
      )
    : new Map<string, number>();
  return senders.map((facts, at) => {
    const gauges = toGauges(stored.slice(at * CAPS_OF_LAYER, (at + 1) * CAPS_OF_LAYER));
    return {
      gauges,
      usage: subjectUsage(type, facts, gauges, over.get(accountOf({ type, id: facts.id })) ?? 0)
    };
  });
}

/** Usage of everybody together, and its limits. Without a limit it is not counted. */
async function usageOfAll({ db }: Deps) {
  const none = { hourly: 'unlimited', daily: 'unlimited', monthly: 'unlimited' } as const;
  const layer =
    totalLayer(await readSection(db, 'sending'), await readSection(db, 'alerts')) ?? platformLayer(none);
  const zone = (await readSection(db, 'general')).timeZone;
  const gauges = toGauges(await peekLedger(db, { units: 1, zone, layers: [layer] }));
  const watched = gauges.some(({ shadow }) => shadow);
  const over = watched ? ((await overOfDay(db, [PLATFORM])).get(PLATFORM) ?? 0) : 0;
  const pause = await findPause(db, PLATFORM);
  const paused = pause && toPause(pause);
  const caps = capUsages(gauges, { raises: [], paused, over, now: new Date() });
  return { gauges, usage: { subject: EVERYONE, caps } satisfies SubjectUsage };
}

function subjectUsage(
  type: SubjectType,
  facts: SenderFacts,
  gauges: readonly Gauge[],
  over: number
): SubjectUsage {
  return {
    subject: senderOf(type, facts),
    caps: capUsages(gauges, { ...comingOf(type, facts), over, now: new Date() })
  };
}

/** Sender as it is named to others. */
export function senderOf(type: SubjectType, facts: SenderFacts): Sender {
  const { id, name, package: of } = facts;
  return { type, id, name, ...(of ? { package: { id: of.id, name: of.name } } : {}) };
}

/** Raises and pause that run for a subject. */
export function comingOf(
  type: SubjectType,
  facts: SenderFacts
): { raises: RunningRaise[]; paused: Pause | null } {
  const { bar } = senderStateOf(type, facts);
  return {
    raises: facts.raises.map((raise) => ({ ...raise, until: toIso(raise.until) })),
    paused: bar?.reason === 'paused' ? { ...bar.pause, until: toIso(bar.pause.until) } : null
  };
}
