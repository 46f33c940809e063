import { z } from 'zod';
import type { Meta } from '../trpc/init';
import answers from './answers.json';
import { appRouter } from '../trpc/router';
import { json, response, schemaOf, type Part } from './json-schema';
import { procedureExample } from './procedure-examples';
import { PROCEDURE_ERRORS } from './shared-parts';

/** Facts of a procedure that tRPC knows. */
type Known = { _def: { query?: boolean; inputs: unknown[]; meta?: Meta } };

/**
 * Schema of each procedure's answer, made of the types of the answers by scripts/answer-schemas.mjs; null when it
 * answers nothing.
 */
const ANSWERS: Readonly<Record<string, Part | null>> = answers;

/**
 * Every procedure of the console as a path: questions are GET, with their input in the address, changes POST
 * (APP-6).
 */
export function procedurePaths(): Part {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Known>);
  return Object.fromEntries(procedures.map(([name, { _def }]) => [`/trpc/${name}`, pathOf(name, _def)]));
}

function pathOf(name: string, { query = false, inputs, meta }: Known['_def']): Part {
  const [input] = inputs;
  const schema = input instanceof z.ZodType ? schemaOf(input) : null;
  const takesOp = Array.isArray(schema?.['required']) && schema['required'].includes('op');
  const example = procedureExample(name, takesOp);
  const access = meta?.access ?? 'signed-in';
  return {
    [query ? 'get' : 'post']: {
      operationId: name,
      tags: [name.split('.')[0]],
      ...(typeof access === 'object'
        ? { description: `Takes the permission \`${access.permission}\`.` }
        : {}),
      security: securityOf(access, meta?.by),
      ...(schema === null ? {} : query ? asParameter(schema, example) : asBody(schema, example)),
      responses: {
        200: { description: 'Done.', content: json(doneWith(ANSWERS[name] ?? null)) },
        ...Object.fromEntries(
          Object.entries(PROCEDURE_ERRORS).map(([status, called]) => [status, response(called)])
        )
      }
    }
  };
}

/** Schema of the response when a procedure was done. */
function doneWith(data: Part | null): Part {
  const result = { type: 'object', ...(data ? { properties: { data }, required: ['data'] } : {}) };
  return { type: 'object', properties: { result }, required: ['result'] };
}

/**
 * Security requirements of a procedure: steps before the end of a sign-in, and what only people do, are not open to
 * keys.
 */
function securityOf(access: Meta['access'], by: Meta['by']): Part[] {
  if (access === 'public') return [];
  return access === 'steps' || by === 'session' ? [{ session: [] }] : [{ key: [] }, { session: [] }];
}

function asParameter(schema: Part, example: unknown): Part {
  const isNeeded = Array.isArray(schema['required']) && schema['required'].length > 0;
  const content = json(schema, example);
  return { parameters: [{ name: 'input', in: 'query', required: isNeeded, content }] };
}

function asBody(schema: Part, example: unknown): Part {
  return { requestBody: { required: true, content: json(schema, example ?? {}) } };
}
