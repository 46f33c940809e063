import type { inferRouterOutputs } from '@trpc/server';
import { countsNothing } from '$lib/core/quotas/layer-findings';
import type { AppRouter } from '$lib/server/api/trpc/router';

export type Layer = inferRouterOutputs<AppRouter>['caps']['layers'][number];

const COUNTS_NOTHING = {
  'never-at-end': 'It never asks at the end of a message, so nothing is counted.',
  'no-longer-at-end': 'It no longer asks at the end of a message, so nothing is counted.',
  'no-units': 'It never says how many recipients, so nothing is counted.'
};
const SILENT_MS = 24 * 3_600_000;

/** "mx1", "Mail relay". */
export function layerTitle({ mta, by }: Pick<Layer, 'mta' | 'by'>): string {
  if (mta !== null) return mta === '' ? 'A mail server without a name' : mta;
  return by?.name ?? 'Someone who is gone';
}

/** Problem with a layer, in a sentence; null when none is known. */
export function layerProblem(layer: Layer, now: Date): string | null {
  const { problem, askedAt } = layer;
  if (problem && problem.at >= askedAt) return `The last request got no answer: ${problem.text}.`;
  if (now.getTime() - Date.parse(askedAt) > SILENT_MS) return 'It has not asked for a day.';
  const fault = countsNothing(layer);
  return fault && COUNTS_NOTHING[fault];
}
