import { z } from 'zod';

/** Part of an OpenAPI document: a JSON value whose shape the standard says. */
export type Part = { readonly [name: string]: unknown };

/** A zod schema as JSON Schema 2020-12, of what is sent; what only code can judge is left to the answer. */
export function schemaOf(schema: z.ZodType): Part {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** A body of JSON. */
export function json(schema: Part, example?: unknown): Part {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
}

/** A reference to a response that several share. */
export function response(name: string): Part {
  return { $ref: `#/components/responses/${name}` };
}
