import type { IncomingMessage, ServerResponse } from 'node:http';
import { admitKey, type AdmittedKey } from '../../services/decisions/admit-key';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import type { RefusedPrograms } from '../../services/decisions/refused-programs';
import type { RequestFacts } from '../../services/write-path/caller';
import type { Deps } from '../../services/write-path/deps';
import type { ProgramEndpoints } from '../http/outer-server';
import { admitRequest, sentKey, type SentKey } from './admit-request';
import { endpointTable, type Found } from './endpoint-table';
import type { KeyCounts } from '../http/program-limits';
import type { ProgramAnswer, ProgramCaller } from './program-route';
import { readBody, type Body } from './read-body';
import { keyRefused, notKnown, permissionMissing, problem } from './refusals';
import type { Endpoint } from './route-kinds';
import { send } from './send-answer';

export type ProgramEndpointsOptions = KeyCounts & {
  deps: Deps;
  view: AuthorityView;
  attempts: RefusedPrograms;
  endpoints: readonly Endpoint[];
};

type Asked = { request: IncomingMessage; response: ServerResponse; facts: RequestFacts; sent: SentKey };
type Admitted = { known: KnownAuthority; key: AdmittedKey; caller: ProgramCaller };

const AT_LEAST = /^\d{1,15}$/;

/**
 * The endpoints for programs, answered without SvelteKit and tRPC in between (DESIGN 9). No cookie counts here and
 * no origin: a key is sent on purpose or not at all. What a request is judged by is read in one piece, after its
 * body has come. In one piece: its parts share the view, the counts and the open streams.
 */
export function programEndpoints({
  deps,
  view,
  attempts,
  endpoints,
  ...counts
}: ProgramEndpointsOptions): ProgramEndpoints & {
  stop(): void;
} {
  const find = endpointTable(endpoints);
  const streams = new Set<{ end(): void }>();

  return {
    answer(request, response, facts) {
      const found = find(request.method ?? '', pathOf(request.url ?? ''));
      if (!found) return false;
      const id = request.headers['x-request-id'];
      if (typeof id === 'string') response.setHeader('x-request-id', id);
      const asked = { request, response, facts, sent: sentKey(request) };
      answerAt(found, asked).catch((error: unknown) => {
        deps.log.error({ err: error, request: facts.id }, 'a program could not be answered');
        if (response.headersSent) response.destroy();
        else send(response, problem(500, 'internal error'));
      });
      return true;
    },
    stop() {
      for (const stream of streams) stream.end();
    }
  };

  async function answerAt(found: Found, asked: Asked): Promise<void> {
    const { request, response, facts, sent } = asked;
    if (found.kind === 'none') return send(response, problem(404, 'no such endpoint'));
    if (found.kind === 'method') {
      response.setHeader('allow', found.allow);
      return send(response, problem(405, `this endpoint takes ${found.allow}`));
    }
    if (found.kind === 'open') return send(response, await found.route.answer(request, facts));
    if (isNobody(sent)) return send(response, keyRefused('unknown', sent.isSent));
    const body: Body | null = request.method === 'POST' ? await readBody(request) : { value: undefined };
    if (body === null) return void response.destroy();
    // What is left of it is not read, whatever the answer will be: the connection can't be used again.
    if ('problem' in body && body.status === 413) response.setHeader('connection', 'close');
    const least = request.headers['rolecall-at-least'];
    if (least !== undefined && !AT_LEAST.test(String(least)))
      return send(response, problem(400, 'rolecall-at-least must be a log number'));
    // Whose key it is comes first: waiting for a number, or not, would tell a user how far the log is.
    const present = view.now() ?? (await view.reach(null));
    if (!present) return send(response, notKnown());
    if (least !== undefined && isUsers(present, sent))
      return send(response, problem(400, 'rolecall-at-least is not for keys of users'));
    const known = least === undefined ? present : await view.reach(Number(least));
    if (!known) return send(response, notKnown());
    const judged = admit(found, known, asked);
    const admitted = judged instanceof Promise ? await judged : judged;
    if ('status' in admitted) return send(response, admitted);
    if ('problem' in body) return send(response, problem(body.status, body.problem));
    if (found.kind === 'program')
      return send(response, await found.route.answer(admitted.caller, body.value, request));
    const stream = await found.route.stream(admitted.caller, request, response, () =>
      isAdmitted(found, asked)
    );
    if ('status' in stream) return send(response, stream);
    streams.add(stream);
    response.once('close', () => streams.delete(stream));
  }

  /**
   * True if a request comes with no key that is known at this moment: it is read no further, so that only who has a
   * key can make this process work or wait.
   */
  function isNobody({ parts }: SentKey): boolean {
    if (parts === null) return true;
    const known = view.now();
    return known !== null && known.key(parts.kid) === undefined;
  }

  /**
   * Judges the key, how much it asks, and whether its holder may ask here. Only who may not is waited for.
   */
  function admit(
    { route }: Exclude<Endpoint, { kind: 'open' }>,
    known: KnownAuthority,
    { sent, response, facts }: Asked
  ): ProgramAnswer | Admitted | Promise<ProgramAnswer> {
    const { outcome, limitHeaders } = admitRequest(known, sent, facts, counts);
    for (const name in limitHeaders) response.setHeader(name, limitHeaders[name]!);
    if ('refused' in outcome) return outcome.refused;
    const { key } = outcome;
    // How far the log is tells how much others do: a user is not told it (decision 0062).
    if (key.kind === 'user')
      return 'aboutOneself' in route
        ? { known, key, caller: callerOf(key, facts) }
        : problem(404, 'no such endpoint');
    // The number of before the answer: what is decided from now on knows at least as much.
    response.setHeader('rolecall-revision', String(known.revision));
    const { path, permission } = route;
    if (permission !== null && !key.permissions.has(permission))
      return attempts
        .refused(key, facts, { name: path, permission })
        .then(() => permissionMissing(permission));
    if (permission !== null) deps.permits?.permitted(key.kind, key.id, [permission]);
    return { known, key, caller: callerOf(key, facts) };
  }

  /** The same, of whoever was let in before. */
  function isAdmitted({ route }: Exclude<Endpoint, { kind: 'open' }>, { sent, facts }: Asked): boolean {
    const known = view.now();
    if (!known) return false;
    const key = admitKey(known, sent.parts, facts.ip, Date.now());
    return !('refused' in key) && (route.permission === null || key.permissions.has(route.permission));
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function callerOf(key: AdmittedKey, request: RequestFacts): ProgramCaller {
  const { kind, id, name, keyId, kid, permissions } = key;
  return { kind, id, name, keyId, kid, permissions, request };
}

/** True if a request comes with the public part of a user's key. */
function isUsers(known: KnownAuthority, { parts }: SentKey): boolean {
  const key = parts && known.key(parts.kid);
  return typeof key?.userId === 'string';
}
