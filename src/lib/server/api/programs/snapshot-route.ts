import type { AuthorityView } from '../../services/decisions/authority-view';
import { snapshotOf } from '../../services/decisions/snapshot';
import type { ProgramRoute } from './program-route';
import { notKnown } from './refusals';

/** All that another program needs to decide by itself (DEC-5). */
export function snapshotRoute(view: AuthorityView): ProgramRoute {
  let made: { version: number; revision: number; bytes: Buffer } | null = null;
  return {
    method: 'GET',
    path: '/access/v1/snapshot',
    permission: 'tools.decisions.snapshot',
    answer: (_caller, _body, request) => {
      const known = view.now();
      if (!known?.moment) return Promise.resolve(notKnown());
      const { version, revision } = known;
      const headers = { etag: `"${revision}"`, 'content-type': 'application/json; charset=utf-8' };
      // While something has no number yet, two snapshots of one revision may differ.
      const isSame = !known.moment.hasPending && isNamed(request.headers['if-none-match'], headers.etag);
      if (isSame) return Promise.resolve({ status: 304, headers: { etag: headers.etag } });
      if (made?.version !== version || made.revision !== revision)
        made = { version, revision, bytes: Buffer.from(JSON.stringify(snapshotOf(known))) };
      return Promise.resolve({ status: 200, body: made.bytes, headers });
    }
  };
}

function isNamed(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
