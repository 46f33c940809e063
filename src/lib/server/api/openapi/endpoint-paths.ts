import type { z } from 'zod';
import * as access from './access-schemas';
import * as caps from './caps-schemas';
import type { EndpointDescription } from './endpoint-description';
import { json, response, schemaOf, type Part } from './json-schema';
import { LEAKED_EXAMPLE, LeakedAnswer, LeakedInput } from '../programs/leaked-route';
import { ENDPOINT_ERRORS } from './shared-parts';

const OPEN: EndpointDescription[] = [
  {
    ...{ method: 'POST', path: '/keys/v1/leaked', takes: 'open' },
    summary: 'Revokes a key that was found where it should not be; the same answer to everything.',
    body: { schema: LeakedInput, example: LEAKED_EXAMPLE },
    answers: { 200: LeakedAnswer }
  },
  {
    ...{ method: 'GET', path: '/api/openapi.json', takes: 'open' },
    summary: 'This document.',
    answers: { 200: access.AnyObject }
  }
];

/** Every endpoint for programs. A test compares them with those that are open. */
export const ENDPOINT_DESCRIPTIONS: readonly EndpointDescription[] = [
  ...access.ACCESS_ENDPOINTS,
  ...caps.CAPS_ENDPOINTS,
  ...OPEN
];

/** Every endpoint for programs as a path. */
export function endpointPaths(): Part {
  return Object.fromEntries(
    ENDPOINT_DESCRIPTIONS.map((endpoint) => [
      endpoint.path.replace(/\/\*$/, '/{id}'),
      { [endpoint.method.toLowerCase()]: operationOf(endpoint) }
    ])
  );
}

function operationOf(endpoint: EndpointDescription): Part {
  const { method, path, summary, takes, query = {}, body, answers, refusals = {} } = endpoint;
  const isOpen = takes === 'open' || takes === 'proxy';
  const parameters = [
    ...(path.endsWith('/*')
      ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }]
      : []),
    ...Object.entries(query).map(([name, rest]) => ({ name, in: 'query', ...rest }))
  ];
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-z0-9]+/gi, '_')}`,
    tags: [path.split('/')[1]],
    summary,
    ...(isOpen ? {} : { description: `Takes the permission \`${takes}\`.` }),
    security: takes === 'open' ? [] : takes === 'proxy' ? [{ proxy: [] }] : [{ key: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: { required: true, content: json(schemaOf(body.schema), body.example) } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answered(answer)])),
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, { words, schema }]) => [
          status,
          { description: words, content: json(schemaOf(schema)) }
        ])
      ),
      ...errorsOf(endpoint)
    }
  };
}

function answered(answer: z.ZodType | 'text/event-stream' | null): Part {
  if (answer === null) return { description: 'Done; nothing is sent.' };
  if (answer === 'text/event-stream')
    return { description: 'Events.', content: { [answer]: { schema: { type: 'string' } } } };
  return { description: 'Done.', content: json(schemaOf(answer)) };
}

/** Those of all endpoints, as far as this one can give them. */
function errorsOf({ takes, body, query, refusals = {} }: EndpointDescription): Part {
  const isOpen = takes === 'open' || takes === 'proxy';
  const given = Object.entries(ENDPOINT_ERRORS).filter(([status]) => {
    if (status in refusals) return false;
    if (status === '413') return body !== undefined;
    if (status === '400') return body !== undefined || query !== undefined || !isOpen;
    return !(isOpen && takes === 'open') || ((status === '429' || status === '503') && body !== undefined);
  });
  return Object.fromEntries(given.map(([status, called]) => [status, response(called)]));
}
