import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { procedureExample } from '../../../src/lib/server/api/openapi/procedure-examples';
import { appRouter } from '../../../src/lib/server/api/trpc/router';

// What a procedure can be asked about somebody else, made of what it takes: its schema and its example.

/** The ways in which scope is lost, as far as they are a matter of what is asked. */
export const INPUT_FAULTS = ['list', 'id', 'nested id', 'filter', 'search', 'cursor'] as const;
export type InputFault = (typeof INPUT_FAULTS)[number];

/** Somebody's, or nobody's: what can be asked about. */
export type Subject = {
  /** Ids of theirs: of the account, package, role, session, entry. */
  ids: readonly string[];
  /** Names and addresses. */
  words: readonly string[];
};

/** `asked`: what of the input is the subject's, or stands for nobody's. */
export type AskedOfAnother = {
  procedure: string;
  isQuery: boolean;
  fault: InputFault;
  /** The input, with one of the subject's in the place that is tried. */
  input(of: string): object;
  /** Kind of a subject's values that fit there. */
  takes: 'ids' | 'words';
};

type Definition = { _def: { query?: boolean; inputs: unknown[] } };
type Schema = {
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
};

const ID_KEYS = /^(id|sid|from|to|before|replaceWith|reassignTo|.*Id)$/;
const WORD_KEYS = /^(name|email|search|address|login)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every way in which every procedure can be asked about another's. */
export function askedOfAnother(): AskedOfAnother[] {
  const known = Object.entries(appRouter._def.procedures as unknown as Record<string, Definition>);
  return known.flatMap(([procedure, { _def }]) => {
    const [given] = _def.inputs;
    if (!(given instanceof z.ZodType)) return [];
    const schema = z.toJSONSchema(given, { io: 'input', unrepresentable: 'any' }) as Schema;
    const takesOp = schema.required?.includes('op') ?? false;
    const example = { ...procedureExample(procedure, takesOp) };
    const isQuery = _def.query === true;
    const needed = Object.fromEntries(
      Object.entries(example).filter(([key]) => schema.required?.includes(key))
    );
    // Whatever else the example says would hide what is sought.
    const places = [
      ...(isQuery ? [{ path: null, base: needed, fault: 'list' as const, takes: 'words' as const }] : []),
      ...inExample(example).map((place) => ({ ...place, base: place.fault === 'search' ? needed : example })),
      ...inSchema(schema, example).map((place) => ({ ...place, base: needed }))
    ];
    return places.map(({ path, base, fault, takes }) => ({
      ...{ procedure, isQuery, fault, takes },
      input: (of: string) => ({
        ...(path === null ? base : (placed(base, path, of) as object)),
        ...(takesOp ? { op: randomUUID() } : {})
      })
    }));
  });
}

type Place = { path: readonly (string | number)[]; fault: InputFault; takes: 'ids' | 'words' };

/** Places of the example that hold an id or a name. */
function inExample(value: unknown, path: readonly (string | number)[] = []): Place[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      inExample(inner, [...path, Array.isArray(value) ? Number(key) : key])
    );
  const named = [...path].reverse().find((part) => typeof part === 'string') ?? '';
  if (typeof value !== 'string' || named === 'op') return [];
  if (named === 'search') return [{ path, fault: 'search', takes: 'words' }];
  if (UUID.test(value) || ID_KEYS.test(named))
    return [{ path, fault: path.length === 1 ? 'id' : 'nested id', takes: 'ids' }];
  return WORD_KEYS.test(named) ? [{ path, fault: 'search', takes: 'words' }] : [];
}

/** Places that the example leaves out. */
function inSchema({ properties = {} }: Schema, example: object): Place[] {
  return Object.entries(properties).flatMap(([key, property]): Place[] => {
    if (key in example || key === 'op') return [];
    if (key === 'cursor') return [{ path: [key], fault: 'cursor', takes: 'ids' }];
    if (key === 'search') return [{ path: [key], fault: 'search', takes: 'words' }];
    const isId = [property, ...(property.anyOf ?? [])].some(({ format }) => format === 'uuid');
    if (isId || ID_KEYS.test(key) || key === 'actor' || key === 'target')
      return [{ path: [key], fault: 'filter', takes: 'ids' }];
    const holdsIds = property.type === 'array' && property.items?.format === 'uuid';
    return holdsIds ? [{ path: [key, 0], fault: 'filter', takes: 'ids' }] : [];
  });
}

/** A value with another in one place of it. */
function placed(value: unknown, [at, ...rest]: readonly (string | number)[], of: string): unknown {
  if (at === undefined) return of;
  if (typeof at === 'number') {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[at] = placed(list[at], rest, of);
    return list;
  }
  const record = (value ?? {}) as Record<string, unknown>;
  return { ...record, [at]: placed(record[at], rest, of) };
}
