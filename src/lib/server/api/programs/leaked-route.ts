import { z } from 'zod';
import { reportLeak } from '../../services/applications/report-leak';
import type { Deps } from '../../services/write-path/deps';
import { isPassing } from '../../services/write-path/faults';
import { readBody } from './read-body';
import { perNetwork } from './per-network';
import { notKnown, problem } from './refusals';
import type { OpenRoute } from './route-kinds';

export const LeakedInput = z.strictObject({ key: z.string().min(1).max(200) });

/** A key of the right shape, with a wrong checksum. */
export const LEAKED_EXAMPLE = { key: 'rck_live_aaaaaaaaaaaa_00000000000000000000000000000000000000' };

/** Answer to everybody: whether it was a key is not for them to learn. */
export const LeakedAnswer = z.strictObject({ received: z.literal(true) });

/** Reports of one network: ten at once, then one in six seconds. */
const REPORTS = { burst: 10, perSecond: 1 / 6 };

/** Endpoint at which whoever finds a key reports it: the key stops immediately (docs/keys.md). */
export function leakedRoute(deps: Pick<Deps, 'db'>): OpenRoute {
  return perNetwork(REPORTS, {
    method: 'POST',
    path: '/keys/v1/leaked',
    caller: 'anybody',
    async answer(request, facts) {
      const body = await readBody(request);
      if (body === null) return notKnown();
      if ('problem' in body) return problem(body.status, body.problem);
      const parsed = LeakedInput.safeParse(body.value);
      if (!parsed.success) return problem(400, 'the body must be {"key": "…"}');
      try {
        await reportLeak(deps, facts, parsed.data.key);
      } catch (error) {
        if (isPassing(error)) return notKnown();
        throw error;
      }
      return { status: 200, body: { received: true } satisfies z.infer<typeof LeakedAnswer> };
    }
  });
}
