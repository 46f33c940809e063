import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../src/lib/core/access/refusal';
import { ACTING_AS } from '../../src/lib/protocol/acting-as';
import { send } from './http-request';

/** Result of a call: a value, a refusal with its code, or something else that went wrong. */
export type Result<T> = { status: number; value?: T; refusal?: Refusal | null; body: string };

const QUERIES = new Set([
  'setup.status',
  'me.get',
  'catalogue.get',
  'roles.list',
  'roles.get',
  'roles.members',
  'roles.holders',
  'userRoles.list',
  'userRoles.get',
  'userRoles.members',
  'userRoles.holders',
  'userRoles.history',
  'userRoles.at',
  'roles.history',
  'roles.at',
  'administrators.list',
  'administrators.get',
  'administrators.sessions',
  'administrators.keys',
  'applications.list',
  'applications.get',
  'applications.calls',
  'keys.list',
  'packages.list',
  'packages.get',
  'packages.history',
  'packages.preview',
  'users.list',
  'users.get',
  'users.sessions',
  'users.keys',
  'routes.list',
  'routes.try',
  'caps.usage',
  'caps.layers',
  'caps.refusals',
  'caps.history',
  'me.sessions',
  'own.usage',
  'own.history',
  'own.log',
  'owner.get',
  'settings.get',
  'settings.webhook',
  'settings.previewMails',
  'log.list',
  'log.count',
  'log.exportProgress',
  'log.chart',
  'log.entry',
  'log.filters',
  'log.signIns',
  'log.checkpoint',
  'access.evaluate',
  'access.who',
  'access.what',
  'access.changes',
  'access.unused',
  'handovers.list',
  'handovers.recipients'
]);
const WITHOUT_OP = /^(auth\.|me\.active$|me\.dismissNotice$)/;

/** Calls procedures over HTTP as a browser would: cookie, Origin, JSON. */
export class ApiClient {
  /** The session. */
  cookie = '';
  /** Cookie that makes this device known again. */
  device = '';
  /** The visit that was begun beside the session. */
  visit = '';
  /** Person in whose name its calls say they are; null: they say nothing, as those of scripts. */
  as: string | null = null;
  /** Calls with this key, as a script would: without cookies and Origin. */
  key: string | null = null;
  /** Person whose session the last answer said it was given in. */
  answeredAs: string | null = null;

  constructor(readonly origin: string) {}

  /** Calls and expects success. A mutation gets an operation id unless it has one. */
  async call<T = unknown>(path: string, input?: object): Promise<T> {
    const result = await this.try<T>(path, input);
    if (result.value === undefined) throw new Error(`${path}: ${result.status} ${result.body}`);
    return result.value;
  }

  /** Calls and expects a refusal, whose code is returned. */
  async refused(path: string, input?: object): Promise<Refusal> {
    const result = await this.try(path, input);
    if (!result.refusal)
      throw new Error(`${path} was not refused: ${result.status} ${result.body.slice(0, 300)}`);
    return result.refusal;
  }

  async try<T = unknown>(path: string, input?: object): Promise<Result<T>> {
    const query = QUERIES.has(path);
    const given = query || WITHOUT_OP.test(path) ? input : { op: randomUUID(), ...input };
    const search = query && given ? `?input=${encodeURIComponent(JSON.stringify(given))}` : '';
    const {
      status,
      headers: answered,
      body
    } = await send(`${this.origin}/trpc/${path}${search}`, {
      method: query ? 'GET' : 'POST',
      headers: {
        ...(this.key === null
          ? { cookie: [this.cookie, this.visit, this.device].filter(Boolean).join('; ') }
          : { authorization: `Bearer ${this.key}` }),
        ...(this.as === null ? {} : { [ACTING_AS]: this.as }),
        ...(query ? {} : { 'content-type': 'application/json' }),
        ...(query || this.key !== null ? {} : { origin: this.origin })
      },
      ...(query ? {} : { body: JSON.stringify(given ?? {}) })
    });
    for (const header of answered['set-cookie'] ?? []) {
      const cookie = header.split(';')[0]!;
      if (cookie.startsWith('__Host-rolecall-device=')) this.device = cookie;
      else if (cookie.startsWith('__Host-rolecall-visit=')) this.visit = cookie.endsWith('=') ? '' : cookie;
      else this.cookie = cookie.endsWith('=') ? '' : cookie;
    }
    this.answeredAs = answered[ACTING_AS]?.toString() ?? null;
    const parsed = parse(body) as
      { result?: { data: T }; error?: { data?: { refusal?: Refusal | null } } } | undefined;
    return {
      status,
      body,
      ...(parsed?.result ? { value: parsed.result.data } : {}),
      refusal: parsed?.error?.data?.refusal ?? null
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
