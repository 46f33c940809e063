import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appRouter } from '../trpc/router';
import answers from './answers.json';
import { openapiDocument } from './document';

// [APP-6] The OpenAPI document, as it is sent.

type Operation = {
  operationId: string;
  security: Record<string, string[]>[];
  requestBody?: { content: Record<string, { example?: unknown; schema: object }> };
  parameters?: { in: string; content?: Record<string, { example?: unknown; schema: object }> }[];
  responses: Record<string, object>;
};
type Sent = { paths: Record<string, Record<string, Operation>> };

const text = JSON.stringify(openapiDocument('https://rolecall.example.com'));
const sent = JSON.parse(text) as Sent;
const operations = Object.entries(sent.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
);
const contentOf = ({ requestBody, parameters = [] }: Operation) =>
  requestBody?.content['application/json'] ??
  parameters.find(({ content }) => content)?.content?.['application/json'];

test('a public validator takes it as OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text) as Record<string, unknown>);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('every procedure is in it: questions by GET, changes by POST; no name is there twice', () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { query?: boolean } }>
  ).map(([name, { _def }]) => `${_def.query ? 'get' : 'post'} /trpc/${name}`);
  const told = operations.map(({ path, method }) => `${method} ${path}`);
  expect(told.filter((each) => each.includes('/trpc/')).sort()).toEqual(procedures.sort());
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every procedure says what it answers', () => {
  const names = operations.filter(({ path }) => path.startsWith('/trpc/')).map(({ path }) => path.slice(6));
  expect(Object.keys(answers).sort()).toEqual([...names].sort());
  // What answers nothing is a few steps that say all by being done.
  expect(Object.values(answers).filter((schema) => schema === null).length).toBeLessThan(5);
});

describe('what is sent has an example that its schema takes', () => {
  const taking = operations.flatMap(({ path, method, operation }) => {
    const content = contentOf(operation);
    return content ? [{ name: `${method} ${path}`, content }] : [];
  });
  test.each(taking)('$name', ({ content }) => {
    expect(content.example).toBeDefined();
    const schema = z.fromJSONSchema(content.schema as Parameters<typeof z.fromJSONSchema>[0]);
    expect(schema.safeParse(content.example).error?.issues ?? []).toEqual([]);
  });
});

test('what only people do is for no key', () => {
  const op = (path: string) => operations.find((each) => each.path === path)!.operation.security;
  expect(op('/trpc/keys.create')).toEqual([{ session: [] }]);
  expect(op('/trpc/roles.list')).toEqual([{ key: [] }, { session: [] }]);
  expect(op('/access/v1/evaluation')).toEqual([{ key: [] }]);
  expect(op('/keys/v1/leaked')).toEqual([]);
});

test('nothing of the program inside is in it', () => {
  expect(text).not.toMatch(/node_modules|src\/lib|postgres|drizzle|\bstack\b/i);
  expect(text.length).toBeLessThan(600_000);
});
