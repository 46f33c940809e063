import type { inferRouterOutputs } from '@trpc/server';
import type { CapId, CapLimit } from '$lib/core/quotas/caps';
import { CAPS } from '$lib/core/quotas/caps';
import { COUNTS } from '$lib/core/packages/counts';
import type { AppRouter } from '$lib/server/api/trpc/router';
import { counted } from '$lib/ui/counted';

/** Effect of a change on a package's users, as the server says. */
export type Preview = inferRouterOutputs<AppRouter>['packages']['preview'];

type Line = Preview['caps'][number] | Preview['counts'][number];

/** A sentence of the preview: `strong` begins it. */
export type PreviewSentence = { tone: 'moves' | 'stops' | 'keeps' | 'role'; strong: string; text: string };

const SPANS: Partial<Record<string, string>> = { hourly: ' an hour', daily: ' a day', monthly: ' a month' };
const LABELS: Record<string, string> = Object.fromEntries(
  [...CAPS, ...COUNTS].map(({ id, label }) => [id, label.toLowerCase()])
);
const STOPS: Partial<Record<CapId, string>> = {
  hourly: 'this hour',
  daily: 'today',
  monthly: 'this month'
};

const users = (count: number) => (count === 1 ? '1 user' : `${counted(count)} users`);
const limit = (value: CapLimit | null) =>
  value === null ? 'the platform’s' : value === 'unlimited' ? 'no limit' : counted(value);

/** "Vela Yoga", "Vela Yoga and Mill", "Vela Yoga, Mill and 3 more". */
function named(names: readonly string[], count: number): string {
  const more = count - names.length;
  if (more > 0) return `${names.join(', ')} and ${counted(more)} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Sentences about what saving will do: who moves, who stops, who keeps what is theirs. */
export function previewSentences({ caps, counts, role }: Preview): PreviewSentence[] {
  return [
    ...caps.flatMap((line) => [...moves(line), ...stops(line)]),
    ...counts.flatMap((line) => moves(line)),
    ...[...caps, ...counts].flatMap((line) => keeps(line)),
    ...roleSentence(role)
  ];
}

function moves({ id, from, to, affected }: Line): PreviewSentence[] {
  if (affected.count === 0) return [];
  const span = SPANS[id];
  const what = span === undefined ? ` in ${LABELS[id]}` : span;
  const go = affected.count === 1 ? 'goes' : 'go';
  return [
    {
      tone: 'moves',
      strong: users(affected.count),
      text: `${go} from ${limit(from)} to ${limit(to)}${what} immediately.`
    }
  ];
}

function stops({ id, over }: Preview['caps'][number]): PreviewSentence[] {
  if (over.count === 0) return [];
  const when = STOPS[id] ?? 'immediately';
  const who = over.first.map(({ name, used }) => `${name}, at ${counted(used)}`);
  const more = over.count - over.first.length;
  return [
    {
      tone: 'stops',
      strong: `${counted(over.count)} ${over.count === 1 ? 'stops' : 'stop'} ${when}`,
      text: who.length === 0 ? '.' : `: ${who.join('; ')}${more > 0 ? `; and ${counted(more)} more` : ''}.`
    }
  ];
}

function keeps({ id, keep }: Line): PreviewSentence[] {
  if (keep.count === 0) return [];
  // Who they are is not told to everybody.
  const names =
    keep.first.length === 0
      ? users(keep.count)
      : named(
          keep.first.map(({ name }) => name),
          keep.count
        );
  const verb = keep.count === 1 ? 'keeps its' : 'keep their';
  return [{ tone: 'keeps', strong: '', text: `${names} ${verb} own ${LABELS[id]}.` }];
}

function roleSentence(role: Preview['role']): PreviewSentence[] {
  if (role === null) return [];
  const count = (ids: readonly string[]) =>
    ids.length === 1 ? '1 permission' : `${counted(ids.length)} permissions`;
  const parts = [
    ...(role.gained.length > 0 ? [`gain ${count(role.gained)}`] : []),
    ...(role.lost.length > 0 ? [`lose ${count(role.lost)}`] : [])
  ];
  if (parts.length === 0) return [];
  return [{ tone: 'role', strong: '', text: `With the other role they ${parts.join(' and ')}.` }];
}
