// Writes what each procedure answers as JSON Schema, made of the types of its answers: `node
// scripts/answer-schemas.mjs` after a change of one. With `--check` it writes nothing, and fails where the file is
// not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = new URL('../src/lib/server/api/openapi/answers.json', import.meta.url);
/** A file that is nowhere, which names the answers as they are sent. */
const ASKED = `${ROOT}src/lib/server/api/openapi/answers-asked.ts`;
const ASKS = `import type { inferRouterOutputs } from '@trpc/server';
import type { appRouter } from '../trpc/router';
export type Answers = inferRouterOutputs<typeof appRouter>;
`;

/** @typedef {{ [name: string]: unknown }} Schema */

const { checker, answers } = readTypes();
/** Types that are being described: one within itself is left open. @type {ts.Type[]} */
const within = [];
// A line for each procedure.
const lines = schemasOf(answers).map(
  ([name, schema]) => `${JSON.stringify(name)}: ${JSON.stringify(schema)}`
);
const text = `{\n${lines.join(',\n')}\n}\n`;
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.log('The answers of procedures changed: run node scripts/answer-schemas.mjs');
  process.exitCode = 1;
}

function readTypes() {
  const path = `${ROOT}tsconfig.json`;
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail }
  );
  const host = ts.createCompilerHost(config?.options ?? {});
  const { fileExists, readFile } = host;
  host.fileExists = (file) => file === ASKED || fileExists.call(host, file);
  host.readFile = (file) => (file === ASKED ? ASKS : readFile.call(host, file));
  const program = ts.createProgram([ASKED], config?.options ?? {}, host);
  const source = program.getSourceFile(ASKED);
  const alias = source?.statements.find(ts.isTypeAliasDeclaration);
  if (!alias) throw new Error('the answers have no type');
  return { checker: program.getTypeChecker(), answers: program.getTypeChecker().getTypeAtLocation(alias) };
}

/** @param {ts.Diagnostic} diagnostic */
function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

/** Each procedure with what it answers; those that answer nothing have null. @param {ts.Type} routers */
function schemasOf(routers) {
  const found = checker.getPropertiesOfType(routers).flatMap((router) =>
    checker.getPropertiesOfType(checker.getTypeOfSymbol(router)).map((procedure) => {
      const type = checker.getTypeOfSymbol(procedure);
      const isNothing = (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
      return /** @type {const} */ ([`${router.name}.${procedure.name}`, isNothing ? null : schemaOf(type)]);
    })
  );
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @param {ts.Type} type @returns {Schema} */
function schemaOf(type) {
  if (type.isUnion()) return unionOf(type);
  const plain = plainOf(type);
  if (plain) return plain;
  if (within.includes(type)) return {};
  within.push(type);
  const schema = objectOf(type);
  within.pop();
  return schema;
}

/** Schema of a type that is no object; null: it is one. @param {ts.Type} type @returns {Schema | null} */
function plainOf(type) {
  const { flags } = type;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  if (flags & ts.TypeFlags.Null) return { type: 'null' };
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
  if (flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
  if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
  if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
  // A text that its type tells from others.
  return type.isIntersection() ? (type.types.map(plainOf).find((each) => each !== null) ?? null) : null;
}

/** @param {ts.UnionType} union @returns {Schema} */
function unionOf({ types }) {
  const sent = types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
  const literals = sent.filter((each) => each.isStringLiteral());
  const isBoolean = sent.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2;
  const others = sent.filter(
    (each) => !each.isStringLiteral() && !(isBoolean && each.flags & ts.TypeFlags.BooleanLiteral)
  );
  const parts = [
    ...(literals.length === 0 ? [] : [{ enum: literals.map(({ value }) => value).sort() }]),
    ...(isBoolean ? [{ type: 'boolean' }] : []),
    ...others.map(schemaOf)
  ];
  const different = [...new Map(parts.map((part) => [JSON.stringify(part), part])).entries()].sort(
    ([a], [b]) => (a < b ? -1 : 1)
  );
  const schemas = different.map(([, part]) => part);
  if (schemas.length === 1 && schemas[0]) return schemas[0];
  // `null` or one plain type.
  const plain = schemas.map((part) => (Object.keys(part).join() === 'type' ? part['type'] : null));
  return plain.every((each) => typeof each === 'string') ? { type: plain } : { anyOf: schemas };
}

/** @param {ts.Type} type @returns {Schema} */
function objectOf(type) {
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    const items = checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)).map(schemaOf);
    return { type: 'array', items: items.length === 1 ? items[0] : { anyOf: items } };
  }
  /** @type {Schema} */
  const properties = {};
  const required = [];
  // In an order that does not depend on which file was read first.
  const named = [...checker.getPropertiesOfType(type)].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const property of named) {
    const of = checker.getTypeOfSymbol(property);
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || holdsNothing(of);
    properties[property.name] = schemaOf(of);
    if (!isOptional) required.push(property.name);
  }
  const others = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(others ? { additionalProperties: schemaOf(others) } : {})
  };
}

/** True if a property of this type may be left out of what is sent. @param {ts.Type} type */
function holdsNothing(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(
    ({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Unknown | ts.TypeFlags.Any)
  );
}
