import { z } from 'zod';
import { json, schemaOf, type Part } from './json-schema';

const TEXT = z.string();

/** Reason something was not done: `code` is stable, other members depend on it. */
const Refusal = z.looseObject({ code: TEXT });

/** Response of tRPC when something was not done. */
const ProcedureError = z.strictObject({
  error: z.strictObject({
    message: TEXT,
    code: z.int(),
    data: z.looseObject({
      code: TEXT,
      httpStatus: z.int(),
      path: TEXT.optional(),
      request: TEXT.nullable(),
      refusal: Refusal.nullable()
    })
  })
});

const EndpointError = z.looseObject({ code: TEXT, message: TEXT });
const TooMany = z.strictObject({
  type: TEXT,
  title: TEXT,
  status: z.literal(429),
  'violated-policies': z.array(TEXT)
});

const failed = (description: string): Part => ({ description, content: json(schemaOf(ProcedureError)) });
const shut = (description: string, headers: Part = {}): Part => ({
  description,
  ...(Object.keys(headers).length === 0 ? {} : { headers }),
  content: json(schemaOf(EndpointError))
});
const plain = (description: string): Part => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } }
});
const RETRY: Part = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } };

/** Statuses of procedures besides 200, with the responses below. */
export const PROCEDURE_ERRORS = {
  400: 'ProcedureBadInput',
  401: 'ProcedureNobody',
  403: 'ProcedureDenied',
  404: 'ProcedureNotFound',
  409: 'ProcedureConflict',
  429: 'ProcedureBusy'
} as const;

/** The same of endpoints that take a key. */
export const ENDPOINT_ERRORS = {
  400: 'EndpointBadInput',
  401: 'EndpointNobody',
  403: 'EndpointDenied',
  413: 'EndpointTooLarge',
  429: 'EndpointTooMany',
  503: 'EndpointUnavailable'
} as const;

export const COMPONENTS: Part = {
  securitySchemes: {
    key: {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of an application, or a personal key: `rck_live_…`. No cookies, no Origin.'
    },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-rolecall',
      description: 'Somebody who is signed in, in a browser: also takes `Origin`. Not for programs.'
    },
    proxy: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Rolecall-Proxy',
      description: 'A proxy that is listed, with its secret.'
    }
  },
  responses: {
    ProcedureBadInput: failed('The input can’t be used: `refusal` names the field.'),
    ProcedureNobody: failed('No key, or one that does not work: `refusal.reason` says why.'),
    ProcedureDenied: failed('Not allowed: `refusal.code` says why, and `permission` what it takes.'),
    ProcedureNotFound: failed('There is no such record.'),
    ProcedureConflict: failed('It was changed, taken or used meanwhile.'),
    ProcedureBusy: failed('Too many calls, or the database is away: `refusal.retryAfter` in seconds.'),
    EndpointBadInput: {
      description: 'What is wrong and where, in plain words.',
      content: { ...json(schemaOf(EndpointError)), 'text/plain': { schema: { type: 'string' } } }
    },
    EndpointNobody: shut('No key, or one that does not work: `code` says why.', {
      'WWW-Authenticate': { schema: { type: 'string' } }
    }),
    EndpointDenied: shut('The permission is missing.'),
    EndpointTooLarge: plain('The body is larger than 64 KiB.'),
    EndpointTooMany: {
      description: 'Too many calls, streams or reports.',
      headers: RETRY,
      content: { 'application/problem+json': { schema: schemaOf(TooMany) } }
    },
    EndpointUnavailable: shut('What is in force is not known at this moment, or not that freshly.', RETRY)
  }
};
