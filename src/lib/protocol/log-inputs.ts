import { z } from 'zod';
import { LIST_RIGHTS, type ListName } from '../core/access/list-rights';
import { USER_STATUSES } from '../core/users/user-status';
import { STATUS_FILTERS, TWO_FACTOR_FILTERS } from '../core/administrators/people-filter';
import { MOST_VIEWS_OF_LIST, SAVED_VIEW_LISTS } from '../core/saved-views';
import { ipAddressKey } from '../core/text/ip-address';
import { LogMoment, Name, Op, Page, Sought, Version, RoleId } from './fields';

// What the procedures of the log take, and exports of lists.

/** Filter of the log's entries: the same for the list, its chart and its export. */
const LogFilter = {
  view: z.enum(['authentication', 'activity']).optional(),
  actor: z.uuid().optional(),
  action: Sought(80).optional(),
  target: Sought(120).optional(),
  outcome: z.enum(['success', 'denied', 'error']).optional(),
  ip: Sought(64).overwrite(ipAddressKey).optional(),
  permission: Sought(120).optional(),
  from: LogMoment.optional(),
  to: LogMoment.optional(),
  search: Sought(200).optional()
};

export const LogList = z.strictObject({ ...LogFilter, ...Page });

export const LogCount = z.strictObject(LogFilter);

export const LogExport = z.strictObject({
  op: Op,
  ...LogFilter,
  format: z.enum(['csv', 'jsonl', 'ocsf']).default('csv')
});

/** An export of a list; a filter is of administrators, or of users, alone. */
export const ListExport = z.strictObject({
  op: Op,
  list: z.enum(Object.keys(LIST_RIGHTS) as [ListName, ...ListName[]]),
  search: Sought(200).optional(),
  role: RoleId.optional(),
  twoFactor: z.enum(TWO_FACTOR_FILTERS).optional(),
  package: z.uuid().optional(),
  status: z.enum([...new Set([...STATUS_FILTERS, ...USER_STATUSES])]).optional()
});

export const LogExportId = z.strictObject({ id: z.uuid() });
export const CancelLogExport = z.strictObject({ op: Op, id: z.uuid() });

export const LogChart = z.strictObject({
  ...LogFilter,
  /** Minutes that the reader's clocks are ahead of UTC: days begin at their midnight. */
  offset: z.number().int().min(-840).max(840).default(0)
});

/** Most filters that somebody keeps, of all lists. */
const MOST_VIEWS = MOST_VIEWS_OF_LIST * SAVED_VIEW_LISTS.length;

/** Filters of lists that somebody keeps under a name; `query` is what their address says. */
export const LogFilters = z.strictObject({
  op: Op,
  filters: z
    .array(
      z.strictObject({
        name: Name('The name'),
        view: z.enum(SAVED_VIEW_LISTS),
        query: Sought(1000)
      })
    )
    .max(MOST_VIEWS, `At most ${MOST_VIEWS} filters are kept.`)
});

/** The number of an entry. */
export const LogEntry = z.strictObject({ id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** The size that the asking witness knows. */
export const LogCheckpoint = z.strictObject({ since: Version.optional() });

/** The checkpoint that a witness holds and the log does not continue. */
export const LogInconsistent = z.strictObject({ op: Op, note: Sought(4000) });
