import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../../core/access/refusal';
import { decideRoutes, placed, routeName, tidyRoute } from '../../../core/access/decisions/route-changes';
import type { ForwardRoute } from '../../../core/access/decisions/forward-routes';
import type { AuditChange } from '../../../core/log/entry';
import type { AuditAction } from '../../../core/log/actions';
import {
  deleteRoute as deleteRow,
  insertRoute,
  lockRoutes,
  orderRoutes,
  updateRoute as updateRow,
  type RouteRow
} from '../../db/tables/forward-routes-table';
import { defineCommand } from '../write-path/define-command';
import type { Decision, Outcome } from '../write-path/mutation';

export type RouteAnswer = { id: string; seq: number };

const GONE: Refusal = { code: 'not-found', what: 'route' };
const FIELDS = ['method', 'host', 'path', 'takes', 'users'] as const;

/** Adds a route: whoever adds it holds what it takes, and what others took that it stands before. */
export const createRoute = defineCommand('routes.create', {
  target: () => ({ type: 'route', id: 'new' }),
  async decide(context, { method, host, path, takes, users, before }): Promise<Outcome<RouteAnswer>> {
    const { tx, actor } = context;
    const tidy = tidied(context, { method, host, path, takes, users });
    if ('refused' in tidy) return tidy;
    const rows = await lockRoutes(tx);
    const id = randomUUID();
    const row = {
      id,
      ...tidy.route,
      position: rows.length,
      seq: 1,
      changedBy: actor.name,
      changedAt: new Date()
    };
    const after = placed(rows, row, before);
    if (!after) return { refused: GONE };
    const refused = decideRoutes(actor, rows, after);
    if (refused) return { refused };
    await insertRoute(tx, row);
    if (before !== null)
      await orderRoutes(
        tx,
        after.map((each) => each.id)
      );
    const change = FIELDS.map((field) => ({ path: field, old: null, new: row[field] }));
    return done(row, 'route.created', [...change, { path: 'place', old: null, new: after.indexOf(row) + 1 }]);
  }
});

/** Changes a route. What its author did not see is not overwritten. */
export const updateRoute = defineCommand('routes.update', {
  target: ({ id }) => ({ type: 'route', id }),
  async decide(context, { id, seen, method, host, path, takes, users }): Promise<Outcome<RouteAnswer>> {
    const { tx, actor } = context;
    const rows = await lockRoutes(tx);
    const row = rows.find((each) => each.id === id);
    if (!row) return { refused: GONE };
    const tidy = tidied(context, {
      method: method ?? row.method,
      host: host ?? row.host,
      path: path ?? row.path,
      takes: takes ?? row.takes,
      users: users ?? row.users
    });
    if ('refused' in tidy) return tidy;
    const next = { ...row, ...tidy.route };
    const changed = FIELDS.filter((field) => next[field] !== row[field]);
    const [field] = changed;
    if (field === undefined) return { answer: { id, seq: row.seq }, events: [], affects: [] };
    if (row.seq > seen) return { refused: changedSince(row, next, field) };
    const refused = decideRoutes(
      actor,
      rows,
      rows.map((each) => (each === row ? next : each))
    );
    if (refused) return { refused };
    const seq = row.seq + 1;
    await updateRow(tx, id, { ...tidy.route, seq, changedBy: actor.name, changedAt: new Date() });
    const change = changed.map((name) => ({ path: name, old: row[name], new: next[name] }));
    return done({ ...row, seq }, 'route.edited', change);
  }
});

/** Puts a route into another place: the first that fits decides. */
export const moveRoute = defineCommand('routes.move', {
  target: ({ id }) => ({ type: 'route', id }),
  async decide({ tx, actor }, { id, before }): Promise<Outcome<RouteAnswer>> {
    const rows = await lockRoutes(tx);
    const row = rows.find((each) => each.id === id);
    const after =
      row && placed(rows, row, before === id ? (rows[rows.indexOf(row) + 1]?.id ?? null) : before);
    if (!row || !after) return { refused: GONE };
    const [was, is] = [rows, after].map((all) => all.indexOf(row) + 1);
    if (was === is) return { answer: { id, seq: row.seq }, events: [], affects: [] };
    const refused = decideRoutes(actor, rows, after);
    if (refused) return { refused };
    await orderRoutes(
      tx,
      after.map((each) => each.id)
    );
    return done(row, 'route.moved', [{ path: 'place', old: was!, new: is! }]);
  }
});

/** Deletes a route. Requests that it stood for are judged by the next that fits, or refused. */
export const deleteRoute = defineCommand('routes.delete', {
  target: ({ id }) => ({ type: 'route', id }),
  async decide({ tx, actor }, { id }): Promise<Outcome<RouteAnswer>> {
    const rows = await lockRoutes(tx);
    const row = rows.find((each) => each.id === id);
    if (!row) return { refused: GONE };
    const after = rows.filter((each) => each !== row);
    const refused = decideRoutes(actor, rows, after);
    if (refused) return { refused };
    await deleteRow(tx, id);
    await orderRoutes(
      tx,
      after.map((each) => each.id)
    );
    return done(
      row,
      'route.deleted',
      FIELDS.map((field) => ({ path: field, old: row[field], new: null }))
    );
  }
});

function tidied({ deps }: Decision, route: ForwardRoute) {
  const { actions, forUsers } = deps.catalogue;
  return tidyRoute(route, { isPermission: (id) => actions.has(id), isForUsers: (id) => forUsers.has(id) });
}

function changedSince(row: RouteRow, next: RouteRow, field: (typeof FIELDS)[number]): Refusal {
  return {
    code: 'conflict/changed-since',
    field,
    yours: next[field],
    theirs: row[field],
    by: row.changedBy,
    at: row.changedAt.toISOString(),
    version: row.seq
  };
}

function done(
  row: Pick<RouteRow, 'id' | 'seq' | 'method' | 'host' | 'path'>,
  action: AuditAction,
  change: AuditChange[]
): Outcome<RouteAnswer> {
  const { id, seq } = row;
  const target = { type: 'route', id, name: routeName(row) };
  return {
    answer: { id, seq },
    events: [{ action, target, outcome: 'success', change }],
    affects: ['routes:all'],
    authority: [`route:${id}`]
  };
}
