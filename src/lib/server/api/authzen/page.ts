import { createHash, timingSafeEqual } from 'node:crypto';
import { BadQuestion, member, readObject, type JsonObject } from './read-question';

/** Signs and verifies what a token says: with a key that all processes of an installation share. */
export type PageKeys = { mac(message: string): Buffer; macs(message: string): Buffer[] };

/** A part of a long answer, in the order of what the items are known by. */
export type Page<T> = {
  results: T[];
  page: { next_token: string; count: number; total: number };
};

const MOST = 1000;
const TOKEN = /^([A-Za-z0-9_-]{0,400})\.([A-Za-z0-9_-]{43})$/;

/**
 * The page that a request asks for. The token names the last item of the page before and is signed over the
 * request: with another request it is refused. What comes and goes between two pages moves none of the others.
 * @param nameOf by what items are ordered and told apart
 * @throws BadQuestion
 */
export function pageOf<T>(
  keys: PageKeys,
  endpoint: string,
  body: JsonObject,
  items: readonly T[],
  nameOf: (item: T) => string
): Page<T> {
  const asked = member(body, 'page') === undefined ? {} : readObject(body['page'], 'page');
  const limit = readLimit(member(asked, 'limit'));
  const request = digestOf(endpoint, body);
  const after = readToken(keys, request, member(asked, 'token'));
  const from = after === null ? 0 : firstAfter(items, after, nameOf);
  const results = items.slice(from, from + limit);
  const last = results.at(-1);
  const isMore = last !== undefined && from + limit < items.length;
  const next_token = isMore ? makeToken(nameOf(last), keys.mac(signed(request, nameOf(last)))) : '';
  return { results, page: { next_token, count: results.length, total: items.length } };
}

function firstAfter<T>(items: readonly T[], after: string, nameOf: (item: T) => string): number {
  const at = items.findIndex((item) => nameOf(item) === after);
  if (at >= 0) return at + 1;
  // It is gone meanwhile: the next in order.
  const next = items.findIndex((item) => nameOf(item) > after);
  return next < 0 ? items.length : next;
}

function readLimit(value: unknown): number {
  if (value === undefined) return MOST;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw new BadQuestion('page.limit must be a whole number above 0');
  return Math.min(value, MOST);
}

/** Digest of what a request asks for, less its page. */
function digestOf(endpoint: string, { page: _, ...asked }: JsonObject): string {
  return createHash('sha256')
    .update(`${endpoint}\n${JSON.stringify(sorted(asked))}`)
    .digest('base64url');
}

/** Members in one order: the same request, however it is written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)]);
}

function makeToken(last: string, mac: Buffer): string {
  return `${Buffer.from(last).toString('base64url')}.${mac.toString('base64url')}`;
}

function readToken(keys: PageKeys, request: string, token: unknown): string | null {
  if (token === undefined || token === '') return null;
  const [given = '', name = ''] = (typeof token === 'string' ? TOKEN.exec(token) : null) ?? [];
  const last = Buffer.from(name, 'base64url').toString();
  // Letter by letter: several texts in base64url stand for the same bytes, and only one of them was given.
  const isOurs = keys.macs(signed(request, last)).some((mac) => isSameText(given, makeToken(last, mac)));
  if (!isOurs) throw new BadQuestion('page.token is not one that was given for this request');
  return last;
}

const signed = (request: string, last: string) => `${request} ${last}`;

function isSameText(given: string, ours: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(ours)];
  return a.length === b.length && timingSafeEqual(a, b);
}
