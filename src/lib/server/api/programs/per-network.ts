import type { Rate } from '../http/bucket';
import { Buckets } from '../http/request-limits';
import { networkKey } from '../../services/write-path/request-keys';
import { tooMany } from './refusals';
import type { OpenRoute } from './route-kinds';

/** This machine, behind which there may be anybody. */
const HERE = 'here';

/** An endpoint without a key, at which one network asks no more than so much of this process (SECURITY H-08). */
export function perNetwork(rate: Rate, route: OpenRoute): OpenRoute {
  const limits = new Buckets(rate);
  return {
    ...route,
    async answer(request, facts) {
      const now = performance.now();
      const limit = limits.of(networkKey(facts.ip) ?? HERE, now);
      const wait = limit.secondsUntil(1, now);
      if (wait > 0) return tooMany(Math.ceil(wait));
      limit.take(1, now);
      return route.answer(request, facts);
    }
  };
}
