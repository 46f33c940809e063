import { validate as isUuid } from 'uuid';
import type { Pause } from '../../../core/quotas/cap-usage';
import { inheritAll, type CapId } from '../../../core/quotas/caps';
import type { AlertSettings, SendingSettings } from '../../../core/settings/settings';
import {
  accountOf,
  COUNTED_CAPS,
  isLimited,
  platformLayer,
  subjectLayer,
  type Layer,
  type SubjectType
} from '../../../core/quotas/layers';
import { emailKey } from '../../../core/text/names';
import { statusAt } from '../../../core/users/user-status';
import type { Queryable } from '../../db/driver/client';
import { readNamedSenders, type SenderFacts, type SenderName } from '../../db/tables/senders-table';
import { readSection, withShipped } from '../stored-settings/read-section';

/**
 * Sender. `id` is an id, or of a person or a user what they sign in with: the email address or a sending name.
 * Without a type it is whoever of both signs in so: a mail server knows no more than that.
 */
export type Subject = { type?: SubjectType | undefined; id: string };

/**
 * Reason a sender may send nothing at all, whatever its caps are. `until`: ISO 8601; absent: a suspension does not
 * end by itself.
 */
export type Bar =
  | { reason: 'unknown-subject' | 'deactivated' | 'closed' }
  | { reason: 'suspended'; until?: string }
  | { reason: 'paused'; pause: Pause };

/** State of a sender at this moment. */
export type SenderState = {
  /** Null: nobody is known by this name. */
  account: string | null;
  name: string;
  /** Null: they may send as far as their layers let them. */
  bar: Bar | null;
  layers: readonly Layer[];
  /** The time zone in which their days and months begin. */
  zone: string;
  revision: number;
  /** Time it was read; null: the subject is unknown. */
  readAt: string | null;
  /** True if a mail server lets somebody unknown through. */
  passUnknown?: boolean;
};

/** Reads how a subject stands: judged anew for every ask, so that a pause or a suspension counts from its commit on. */
export async function readSenderState(tx: Queryable, subject: Subject): Promise<SenderState> {
  const [state] = await readSenderStates(tx, [subject]);
  return state!;
}

/** Reads how subjects stand, in their order, in one statement. */
export async function readSenderStates(tx: Queryable, subjects: readonly Subject[]): Promise<SenderState[]> {
  const names = subjects.map(nameOf);
  const known = names.filter((name) => name !== null);
  const facts = known.length > 0 ? await readNamedSenders(tx, known) : [];
  const found = new Map(known.map((name, at) => [name, facts[at] ?? null]));
  let passUnknown: boolean | null = null;
  const states: SenderState[] = [];
  for (const [at, { id }] of subjects.entries()) {
    const name = names[at] ?? null;
    const of = name && found.get(name);
    if (!of) passUnknown ??= (await readSection(tx, 'sending')).unknownSenders === 'pass';
    states.push(of ? senderStateOf(of.type, of) : unknownState(id, passUnknown === true));
  }
  return states;
}

function unknownState(name: string, passUnknown: boolean): SenderState {
  return {
    ...{ account: null, name, bar: { reason: 'unknown-subject' }, layers: [] },
    ...{ zone: 'UTC', revision: 0, readAt: null, passUnknown }
  };
}

/** State of a sender, from the facts known about it. */
export function senderStateOf(type: SubjectType, facts: SenderFacts): SenderState & { account: string } {
  const sending = withShipped('sending', facts.sending);
  const alerts = withShipped('alerts', facts.alerts);
  const installation = withShipped('general', facts.general).timeZone;
  const zone = facts.timeZone ?? installation;
  const layer = subjectLayer(
    { type, id: facts.id },
    {
      platform: withShipped('caps', facts.platform),
      own: facts.caps ?? inheritAll(),
      ofPackage: facts.package?.caps,
      raises: facts.raises,
      zone
    },
    { watched: watchedCaps(sending), smooth: sending.smooth, alerts: thresholds(alerts) }
  );
  const total = totalLayer(sending, alerts);
  return {
    account: accountOf({ type, id: facts.id }),
    name: facts.name,
    bar: barOf(facts),
    layers: total ? [layer, { ...total, zone: installation }] : [layer],
    zone,
    revision: facts.revision,
    readAt: facts.readAt
  };
}

/** Layer of what everybody together may send; null: there is no limit, so nobody is counted together. */
export function totalLayer(sending: SendingSettings, alerts: AlertSettings): Layer | null {
  const { totalHourly: hourly, totalDaily: daily, totalMonthly: monthly, watchTotal } = sending;
  const total = platformLayer(
    { hourly, daily, monthly },
    { watched: watchTotal ? COUNTED_CAPS : [], alerts: thresholds(alerts) }
  );
  return isLimited(total) ? total : null;
}

/** Shares of a cap of which people are told, in percent. */
function thresholds({ first, second }: AlertSettings): number[] {
  return [first, second, 100];
}

/** The caps that are watched alone. */
function watchedCaps(sending: SendingSettings): CapId[] {
  const { watchHourly: hourly, watchDaily: daily, watchMonthly: monthly, watchThreads: threads } = sending;
  return (Object.entries({ hourly, daily, monthly, threads }) as [CapId, boolean][]).flatMap(
    ([id, watched]) => (watched ? [id] : [])
  );
}

function nameOf({ type, id }: Subject): SenderName | null {
  if (isUuid(id)) return { type: type ?? null, id };
  return type === 'application' ? null : { type: type ?? null, login: emailKey(id) };
}

function barOf(facts: SenderFacts): Bar | null {
  const { type, gone, pauses, suspendedUntil } = facts;
  const status = statusAt(facts, facts.at);
  if (gone || status === 'closing' || status === 'closed')
    return { reason: type === 'user' ? 'closed' : 'deactivated' };
  if (status === 'suspended')
    return {
      reason: 'suspended',
      ...(suspendedUntil === null ? {} : { until: new Date(suspendedUntil).toISOString() })
    };
  // A pause of everybody is named first: ending one's own would not help.
  const pause = pauses.find(({ subject }) => subject === 'platform') ?? pauses[0];
  return pause ? { reason: 'paused', pause } : null;
}
