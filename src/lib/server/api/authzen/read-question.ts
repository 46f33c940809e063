import type { DecisionResource, DecisionSubject } from '../../../core/access/decisions/evaluate';

/** Error for what a body lacks, or has of the wrong kind: a message that names the place. */
export class BadQuestion extends Error {
  override name = 'BadQuestion';
}

/** Longest text of a question, in characters: an answer repeats some of it, and one request may ask a thousand. */
const LONGEST = 254;

export type Question = { subject: DecisionSubject; action: string; resource: DecisionResource };

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws BadQuestion */
export function readObject(value: unknown, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadQuestion(`${place} must be an object`);
  return value as JsonObject;
}

/** A member that may be left out; null counts as left out. */
export function member(object: JsonObject, name: string): unknown {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return value ?? undefined;
}

/** @throws BadQuestion */
export function readSubject(body: JsonObject): DecisionSubject {
  const subject = readEntity(body, 'subject');
  return { type: readText(subject, 'subject', 'type'), id: readText(subject, 'subject', 'id') };
}

/** The action's name. @throws BadQuestion */
export function readAction(body: JsonObject): string {
  return readText(readEntity(body, 'action'), 'action', 'name');
}

/** @throws BadQuestion */
export function readResource(body: JsonObject): DecisionResource {
  const resource = readEntity(body, 'resource');
  const id = readText(resource, 'resource', 'id');
  return { ...readResourceType(body), id };
}

/** A resource of which the id does not matter. @throws BadQuestion */
export function readResourceType(body: JsonObject): DecisionResource {
  const resource = readEntity(body, 'resource');
  const properties = member(resource, 'properties');
  const owner = properties === undefined ? undefined : member(properties as JsonObject, 'owner');
  if (owner !== undefined && typeof owner !== 'string')
    throw new BadQuestion('resource.properties.owner must be a string');
  const of = owner === undefined ? undefined : storable(owner, 'resource.properties.owner');
  return { type: readText(resource, 'resource', 'type'), id: '', owner: of };
}

/** The kind of subjects that are looked for. @throws BadQuestion */
export function readSubjectType(body: JsonObject): string {
  return readText(readEntity(body, 'subject'), 'subject', 'type');
}

/** @throws BadQuestion */
export function readQuestion(body: JsonObject): Question {
  readContext(body);
  return { subject: readSubject(body), action: readAction(body), resource: readResource(body) };
}

/** A context may be sent, and is an object; nothing in it changes a decision. @throws BadQuestion */
export function readContext(body: JsonObject): void {
  const context = member(body, 'context');
  if (context !== undefined) readObject(context, 'context');
}

function readEntity(body: JsonObject, name: string): JsonObject {
  const value = member(body, name);
  if (value === undefined) throw new BadQuestion(`${name} is missing`);
  const entity = readObject(value, name);
  const properties = member(entity, 'properties');
  if (properties !== undefined) readObject(properties, `${name}.properties`);
  return entity;
}

/** A text that can be told of in the log, which has no zero character. @throws BadQuestion */
function storable(text: string, place: string): string {
  if (text.length > LONGEST) throw new BadQuestion(`${place} has at most ${LONGEST} characters`);
  if (text.includes('\0')) throw new BadQuestion(`${place} has a zero character`);
  return text;
}

function readText(entity: JsonObject, place: string, name: string): string {
  const value = member(entity, name);
  if (value === undefined) throw new BadQuestion(`${place}.${name} is missing`);
  if (typeof value !== 'string') throw new BadQuestion(`${place}.${name} must be a string`);
  return storable(value, `${place}.${name}`);
}
