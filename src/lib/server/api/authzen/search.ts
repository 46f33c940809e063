import { whatMay, whoMay } from '../../services/decisions/search';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import { ANY_RECORD, evaluate } from '../../../core/access/decisions/evaluate';
import { pageOf, type Page, type PageKeys } from './page';
import {
  readAction,
  readContext,
  readObject,
  readResource,
  readResourceType,
  readSubject,
  readSubjectType
} from './read-question';

/**
 * Subjects who may do this: only of the type that was asked for.
 * @throws BadQuestion
 */
export function searchSubjects(
  known: KnownAuthority,
  keys: PageKeys,
  body: unknown
): Page<{ type: string; id: string }> {
  const query = readObject(body, 'the body');
  readContext(query);
  const type = readSubjectType(query);
  const found = whoMay(known, type, readAction(query), readResource(query), Date.now());
  const results = found.map(({ id }) => ({ type, id }));
  return pageOf(keys, 'subject', query, results, ({ id }) => id);
}

/**
 * Actions that a subject may do to this.
 * @throws BadQuestion
 */
export function searchActions(known: KnownAuthority, keys: PageKeys, body: unknown): Page<{ name: string }> {
  const query = readObject(body, 'the body');
  readContext(query);
  const found = whatMay(known, readSubject(query), readResource(query), Date.now());
  return pageOf(
    keys,
    'action',
    query,
    found.sort().map((name) => ({ name })),
    ({ name }) => name
  );
}

/**
 * Records on which somebody may do it: every record of the type, or none; Rolecall knows groups of records, not the
 * records themselves. A user: its own.
 * @throws BadQuestion
 */
export function searchResources(
  known: KnownAuthority,
  keys: PageKeys,
  body: unknown
): Page<{ type: string; id: string }> {
  const query = readObject(body, 'the body');
  readContext(query);
  const resource = { ...readResourceType(query), id: ANY_RECORD };
  const { decision } = evaluate(known, readSubject(query), readAction(query), resource, Date.now());
  const results = decision ? [{ type: resource.type, id: ANY_RECORD }] : [];
  return pageOf(keys, 'resource', query, results, ({ id }) => id);
}
