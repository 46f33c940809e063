import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '$lib/server/api/trpc/router';

export type Layer = inferRouterOutputs<AppRouter>['caps']['layers'][number];

const SILENT_MS = 24 * 3_600_000;

/** "mx1", "Mail relay". */
export function layerTitle({ mta, by }: Pick<Layer, 'mta' | 'by'>): string {
  if (mta !== null) return mta === '' ? 'A mail server without a name' : mta;
  return by?.name ?? 'Someone who is gone';
}

/** What is wrong with a layer, in a sentence; null: nothing is known to be. */
export function layerProblem(layer: Layer, now: Date): string | null {
  const { problem, askedAt, unitsAt, door } = layer;
  if (problem && problem.at >= askedAt) return `The last request got no answer: ${problem.text}.`;
  if (now.getTime() - Date.parse(askedAt) > SILENT_MS) return 'It has not asked for a day.';
  // At RCPT it is only looked: what is sent is counted at the end of a message.
  if (door === 'postfix' && unitsAt === null)
    return 'It never says how many recipients, so nothing is counted.';
  return null;
}
