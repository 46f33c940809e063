import { clockOptions } from '$lib/ui/clock-options';
import type { LogFilter, LogOutcome, LogPeriod } from './log-query';

/** Value that a filter can be set to. */
export type FilterChoice = { value: string; label: string; hint?: string };

/** Values offered for each filter; others can be typed. */
export type FilterChoices = {
  actor: readonly FilterChoice[];
  action: readonly FilterChoice[];
  target: readonly FilterChoice[];
  permission: readonly FilterChoice[];
};

export const ANY = 'any';

export const OUTCOMES: readonly { value: LogOutcome; label: string }[] = [
  { value: 'success', label: 'Success' },
  { value: 'denied', label: 'Failed or denied' },
  { value: 'error', label: 'Error' }
];

export const PERIOD_CHOICES: readonly { value: LogPeriod; label: string }[] = [
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'quarter', label: 'Last 3 months' }
];

/** A filter that is set, as a chip: what it says and what is left without it. */
export type FilterChip = { key: string; label: string; without: Partial<LogFilter> };

type Names = {
  person: (id: string) => string | null;
  action: (id: string) => string;
  target: (id: string) => string | null;
  permission: (id: string) => string;
};

export function filterChips(filter: LogFilter, names: Names): FilterChip[] {
  const { actor, action, target, outcome, ip, permission, period, from, to } = filter;
  const chips: (FilterChip | null)[] = [
    actor === null
      ? null
      : { key: 'actor', label: `By ${names.person(actor) ?? 'one person'}`, without: { actor: null } },
    action === null ? null : { key: 'action', label: names.action(action), without: { action: null } },
    target === null
      ? null
      : {
          key: 'target',
          label: `About ${names.target(target) ?? shortId(target)}`,
          without: { target: null }
        },
    outcome === null
      ? null
      : { key: 'outcome', label: labelIn(OUTCOMES, outcome), without: { outcome: null } },
    permission === null
      ? null
      : { key: 'permission', label: names.permission(permission), without: { permission: null } },
    ip === null ? null : { key: 'ip', label: `From ${ip}`, without: { ip: null } },
    from === null && to === null
      ? period === null
        ? null
        : { key: 'period', label: labelIn(PERIOD_CHOICES, period), without: { period: null } }
      : { key: 'period', label: rangeWords(from, to), without: { from: null, to: null, period: null } }
  ];
  return chips.filter((chip) => chip !== null);
}

function labelIn(choices: readonly FilterChoice[], value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}

/** Ids say little, and long ones say it at length. */
function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 8)}…` : id;
}

/** "5 Oct, 09:00 – 6 Oct, 10:00"; what is open is left open. */
function rangeWords(from: string | null, to: string | null, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...clockOptions(locale)
  });
  if (from !== null && to !== null) return format.formatRange(new Date(from), new Date(to));
  if (from !== null) return `Since ${format.format(new Date(from))}`;
  return `Until ${format.format(new Date(to!))}`;
}
