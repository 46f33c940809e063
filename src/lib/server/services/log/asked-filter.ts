import type { Actor } from '../../../core/access';
import { requirePermission } from '../../../core/access';
import { actionsOfView, isQuiet, type AuditView } from '../../../core/audit/actions';
import type { Refusal } from '../../../core/refusal';
import type { LogFilter } from '../../db/log-table';

/** What part of the log somebody asks for (LOG-4): the same fields wherever it is asked. */
export type AskedLog = Omit<LogFilter, 'actions'> & {
  view?: AuditView | undefined;
  action?: string | undefined;
};

const GROUPS: Record<AuditView, string> = {
  authentication: 'tools.authentication_log',
  activity: 'tools.activity_log'
};

/** What somebody lacks to do this with the part of the log they ask for; null when nothing. Without a view it is about both. */
export function missingForLog(
  actor: Actor,
  { view }: Pick<AskedLog, 'view'>,
  deeds: readonly ('view' | 'export')[]
): Refusal | null {
  const views: AuditView[] = view ? [view] : ['authentication', 'activity'];
  for (const deed of deeds)
    for (const each of views) {
      const missing = requirePermission(actor, `${GROUPS[each]}.${deed}`);
      if (missing) return missing;
    }
  return null;
}

/** What was asked for as the database looks for it. */
export function askedFilter({ view, action, from, to, ...rest }: AskedLog): LogFilter {
  const shown = view ? actionsOfView(view) : undefined;
  const actions =
    action === undefined
      ? shown?.filter((each) => !isQuiet(each))
      : (shown ?? [action]).filter((each) => each === action);
  return { ...rest, from: entryTime(from), to: entryTime(to), actions };
}

/** True when nothing is left out but what only says that the log goes on. */
export function isWholeLog(asked: AskedLog): boolean {
  return Object.values(asked).every((each) => each === undefined);
}

/** A moment as entries write it, with microseconds: they are compared as text. */
function entryTime(moment: string | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString().replace('Z', '000Z');
}
