import type { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';
import { ownLogViews } from '../log/own-log-views';

type Api = Pick<typeof api, 'own' | 'me' | 'keys'>;
type Asking = Pick<Session, 'me' | 'can'>;
type Entry = Awaited<ReturnType<Api['own']['log']['query']>>['entries'][number];

/** Rows of a list that one answer holds. */
const PAGE = 200;
/** Usage is kept for 13 months, and asked for in one go. */
const KEPT_DAYS = 397;
const DAY_MS = 86_400_000;

/**
 * All that is a user's own, as the text of a JSON file (TEN-7): its account, what it may send and has sent, its
 * sessions, keys and log. What its role does not let it see is left out. It asks what the pages ask, so that nothing
 * of anybody else can be in it.
 * @throws what the server says no to, and faults of the connection
 */
export async function ownFile(api: Api, session: Asking, now: Date): Promise<string> {
  const { me } = session;
  const sees = (permission: Parameters<Asking['can']>[0]) => session.can(permission);
  const file = {
    exportedAt: now.toISOString(),
    account: {
      ...{ id: me.id, name: me.name, email: me.email, package: me.package, ...me.status },
      ...{ timeZone: me.timeZone, twoFactor: me.twoFactor.on, allowedAddresses: me.ipAllowlist },
      permissions: me.permissions
    },
    ...(sees('quotas.admin_quota.view_usage_own') ? { sending: await sending(api, now) } : {}),
    ...(sees('people.self.own_sessions') ? { sessions: await api.me.sessions.query() } : {}),
    keys: await api.keys.list.query(),
    log: await wholeLog(api, session)
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Caps, their state, and the units sent in each hour. */
async function sending(api: Api, now: Date) {
  const from = new Date(now.getTime() - KEPT_DAYS * DAY_MS).toISOString();
  const { caps, counts, usage, sendingNames } = await api.own.usage.query();
  return {
    sendingNames,
    caps,
    counts,
    usage,
    hours: await api.own.history.query({ from, to: now.toISOString() })
  };
}

/** Every entry of each part of the log that may be seen, newest first. */
async function wholeLog(api: Api, session: Asking) {
  const parts: Record<string, ReturnType<typeof written>[]> = {};
  for (const { view } of ownLogViews(session)) {
    const entries: Entry[] = [];
    let cursor: string | null = null;
    do {
      const page: { entries: Entry[]; next: string | null } = await api.own.log.query({
        ...{ view, limit: PAGE },
        ...(cursor === null ? {} : { cursor })
      });
      entries.push(...page.entries);
      cursor = page.next;
    } while (cursor !== null);
    parts[view] = entries.map(written);
  }
  return parts;
}

/** An entry with what happened as plain text. */
function written({ sentence, ...entry }: Entry) {
  const text = sentence.map((piece) => (typeof piece === 'string' ? piece : piece.b)).join('');
  return { ...entry, text };
}
