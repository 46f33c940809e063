import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie } from 'cookie';
import { bearerIn } from '../../../core/applications/key-format';
import { ACTING_AS, type ActingAs } from '../../../protocol/acting-as';
import { DEVICE_COOKIE, DEVICE_SECONDS } from '../../auth/devices';
import { SESSION_COOKIE, validateCookie, validateVisit, VISIT_COOKIE } from '../../auth/sessions';
import { parseToken } from '../../auth/token';
import type { AuthorityView } from '../../services/decisions/authority-view';
import { callerKey } from '../../services/write-path/admission';
import type { CallerKey, CallerSession, RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';
import { isPassing } from '../../services/write-path/faults';
import { isOfVisit } from '../../services/write-path/other-session';
import type { SessionMemory } from '../../services/write-path/session-memory';
import { callerSession } from '../../services/write-path/session-policy';
import type { KeyCounts } from '../http/program-limits';
import { AnswerCookies } from './answer-cookies';
import type { Context } from '../trpc/context';
import { COME_BACK } from '../trpc/init';
import { RefusedError } from '../trpc/refused-error';

export type ContextDeps = {
  deps: Deps;
  authority: AuthorityView;
  counts: KeyCounts;
  sessions: SessionMemory;
};

/** A call as it came in, and where its answer goes. */
export type Call = { request: IncomingMessage; response: ServerResponse; facts: RequestFacts };

/** Way to a caller's session: as it is remembered, where it is, or by looking it up. */
export type Finding = 'recall' | 'look up';

/**
 * Finds who calls, by a session's cookie or by a key, and begins the cookies of the answer. A recalled session has a
 * claim.
 * @throws RefusedError for a key that does not work or asks too much, and while the database is away
 */
export async function requestContext(
  { deps, authority, counts, sessions }: ContextDeps,
  { request, response, facts }: Call,
  finding: Finding
): Promise<{ context: Context; cookies: AnswerCookies }> {
  const { authorization } = request.headers;
  // With a key nobody looks at cookies: what a browser sends along by itself must not decide who acts.
  const sent = authorization === undefined ? parseCookie(request.headers.cookie ?? '') : {};
  const key = authorization === undefined ? null : await keyOf({ deps, counts }, authorization, facts);
  const claimed = header(request, ACTING_AS);
  const isVisit = isOfVisit(claimed, sent[VISIT_COOKIE]);
  const cookie = isVisit ? VISIT_COOKIE : SESSION_COOKIE;
  const caller =
    (finding === 'recall' && !isVisit && sessions.recall(sent[SESSION_COOKIE])) ||
    (await sessionOf({ deps, sessions }, cookie, sent[cookie], facts.ip));
  const cookies = new AnswerCookies();
  let answersAs: ActingAs | null = caller;
  const context: Context = {
    deps,
    authority,
    caller: { request: facts, session: caller, key, device: sent[DEVICE_COOKIE] ?? null },
    claimed,
    isVisit,
    answersAs: () => answersAs,
    setSession(token, personId = caller?.personId) {
      const sid = parseToken(token)?.sid;
      answersAs = sid !== undefined && personId !== undefined ? { personId, sid } : null;
      cookies.set(SESSION_COOKIE, token);
    },
    setVisit: (token, endsAt) => cookies.set(VISIT_COOKIE, token, { expires: new Date(endsAt) }),
    dropSession() {
      answersAs = null;
      cookies.delete(cookie);
    },
    setDevice: (token) => cookies.set(DEVICE_COOKIE, token, { maxAge: DEVICE_SECONDS }),
    clearSite: () => response.setHeader('clear-site-data', '"cache", "storage"')
  };
  return { context, cookies };
}

/**
 * The session of a cookie, looked up; null: it does not stand, or there is no cookie.
 * @throws RefusedError while the database is away
 */
async function sessionOf(
  { deps, sessions }: Pick<ContextDeps, 'deps' | 'sessions'>,
  name: typeof SESSION_COOKIE | typeof VISIT_COOKIE,
  cookie: string | undefined,
  ip: string | null
): Promise<CallerSession | null> {
  const validate = name === VISIT_COOKIE ? validateVisit : validateCookie;
  const live = await validate(deps.db, cookie).catch(orLater);
  const session = live && callerSession(live, ip);
  if (session) sessions.remember(live.session.secretHash, session);
  return session;
}

/**
 * The key of a call, counted among all that its holder makes at this process.
 * @throws RefusedError when it does not work or those are too many
 */
async function keyOf(
  { deps, counts }: Pick<ContextDeps, 'deps' | 'counts'>,
  authorization: string,
  facts: RequestFacts
): Promise<CallerKey> {
  const found = await callerKey(deps.db, bearerIn(authorization), facts.ip).catch(orLater);
  if ('refused' in found) {
    const { refused, key } = found;
    if (key && refused.code === 'auth/key' && refused.reason !== 'unknown')
      counts.calls.counted(callingOf(key), refused.reason);
    throw new RefusedError(refused);
  }
  const { key, perMinute } = found;
  counts.uses.used(key.id, facts, Date.now());
  const { wait } = counts.limits.take(key.holder.id, perMinute, performance.now());
  counts.calls.counted(callingOf(key), wait === null ? 'let-through' : 'rate');
  if (wait !== null) throw new RefusedError({ code: 'busy', retryAfter: wait });
  return key;
}

/** Holder of a key, as its calls are counted. */
export function callingOf({ holder }: CallerKey): { kind: string; id: string } {
  return { kind: holder.type, id: holder.id };
}

function orLater(error: unknown): never {
  throw isPassing(error) ? new RefusedError(COME_BACK) : error;
}

/** One value of a header; several are taken as one, as browsers join them. Null when it is absent. */
function header({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
