import type { ServerResponse } from 'node:http';
import type { AuthorityView } from '../../services/decisions/authority-view';
import { changeHistory } from '../../services/decisions/change-history';
import { changeOf } from '../../services/decisions/snapshot';
import { notKnown, problem, tooMany } from './refusals';
import type { StreamRoute } from './route-kinds';
import { StreamPlaces } from './stream-places';

/** Interval at which a reader is told that its copy still stands, in ms. */
const ALIVE_MS = 2000;
/** Time after which a reader for whom there is no place is to come back, in seconds. */
const COME_BACK_S = 10;
/** A reader that has taken less than this of what was sent, in bytes, begins anew. */
const MOST_WAITING = 8 * 1024 * 1024;

/**
 * Stream of the changes to a snapshot, as they happen: whole records, and what is no more. Nothing is sent while
 * this process does not know what is in force, so that a reader's copy ages as it should.
 */
export function changesRoute(view: AuthorityView): StreamRoute {
  const history = changeHistory(view);
  const places = new StreamPlaces();
  return {
    method: 'GET',
    path: '/access/v1/changes',
    permission: 'tools.decisions.snapshot',
    async stream(caller, request, response, isAdmitted) {
      const asked = new URL(request.url ?? '', 'http://host').searchParams.get('since') ?? '';
      const since = request.headers['last-event-id'] ?? asked;
      if (!/^\d{1,15}$/.test(String(since))) return problem(400, 'since must be a log number');
      if (response.destroyed) return notKnown();
      // Before anything is waited for: who asks many times at once has as many places as who asks one after the other.
      const leave = places.take(caller);
      if (leave === 'process') return notKnown();
      if (leave === 'reader') return tooMany(COME_BACK_S, 'streams');
      response.once('close', leave);
      // The snapshot may be of a process that was ahead of this one.
      const known = (await view.reach(Number(since))) ?? view.now();
      if (!known || !isAdmitted() || response.destroyed) {
        leave();
        return notKnown();
      }
      begin(response);
      const missed = history.since(Number(since));
      if (!missed) {
        send(response, 'reset', known.revision, { revision: known.revision });
        response.end();
        return { end: () => undefined };
      }
      send(response, 'change', known.revision, changeOf(known, missed.principals, missed.roles));
      const isOpen = () => {
        if (isAdmitted() && response.writableLength < MOST_WAITING) return true;
        // Not said on this connection: whoever comes back is told why.
        response.destroy();
        return false;
      };
      const unfollow = view.follow((news) => {
        const now = view.now();
        if (news && now && isOpen())
          send(response, 'change', now.revision, changeOf(now, news.principals, news.roles));
      });
      const timer = setInterval(() => {
        const now = view.now();
        if (now && isOpen()) send(response, 'alive', now.revision, { revision: now.revision });
      }, ALIVE_MS);
      response.once('close', () => {
        clearInterval(timer);
        unfollow();
      });
      return { end: () => response.end() };
    }
  };
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no'
  });
}

function send(response: ServerResponse, event: string, revision: number, data: object): void {
  response.write(`event: ${event}\nid: ${revision}\ndata: ${JSON.stringify(data)}\n\n`);
}
