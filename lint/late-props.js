/**
 * A rule for components. A prop is asked of the parent each time it is read, and so is what is derived of it: after an `await` the
 * record that it was about may be deleted, the list loaded anew, the person signed out, and reading it throws. Whatever is needed
 * then is taken before.
 *
 * Reported is what is read after an `await` of the same function, in the callback of a promise, or in a function of the component that
 * is called there: props, what is derived of them, and members of whatever else is derived. Calling a prop (`onclose()`) and setting
 * one are no reads.
 *
 * @typedef {any} Node of the syntax tree, with its parent
 * @typedef {import('eslint').Scope.Variable} Variable
 */

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const PROMISE_METHODS = new Set(['then', 'catch', 'finally']);

/** @type {import('eslint').Rule.RuleModule} */
export const lateProps = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { late: 'Take “{{name}}” before the await: what it comes from may be gone afterwards.' }
  },
  create(context) {
    const { scopeManager } = context.sourceCode;
    return {
      'Program:exit'() {
        const variables = scopeManager.scopes.flatMap((scope) => scope.variables);
        const late = calledLate(variables);
        for (const [{ name, references }, origin] of originsOf(variables))
          for (const { identifier } of references)
            if (isRead(identifier, origin) && isLate(identifier, late))
              context.report({ node: identifier, messageId: 'late', data: { name } });
      }
    };
  }
};

/**
 * Variables that are asked for anew with each read, by where their value comes from.
 * @param {Variable[]} variables
 * @returns {Map<Variable, 'parent' | 'elsewhere'>}
 */
function originsOf(variables) {
  const origins = new Map();
  const derived = [];
  for (const variable of variables) {
    const rune = runeOf(variable);
    if (rune?.name === '$props') origins.set(variable, 'parent');
    if (rune?.name === '$derived') derived.push({ variable, init: rune.init });
    if (rune?.name === '$state' && rune.init.arguments[0]?.raw === 'null') origins.set(variable, 'elsewhere');
  }
  const isWithin =
    (/** @type {Node} */ init) =>
    (/** @type {Node} */ { identifier }) =>
      init.range[0] <= identifier.range[0] && identifier.range[1] <= init.range[1];
  // What is derived of what is derived of a prop, too: until nothing more is found.
  for (let known = -1; known !== origins.size;) {
    known = origins.size;
    const ofParent = [...origins].flatMap(([{ references }, origin]) =>
      origin === 'parent' ? references : []
    );
    for (const { variable, init } of derived)
      if (ofParent.some((reference) => isWithin(init)(reference) && !isCalled(reference.identifier)))
        origins.set(variable, 'parent');
  }
  for (const { variable } of derived) if (!origins.has(variable)) origins.set(variable, 'elsewhere');
  return origins;
}

/** @param {Variable} variable @returns {{ name: string, init: Node } | null} the rune that it is declared with */
function runeOf({ defs: [definition] }) {
  if (definition?.type !== 'Variable') return null;
  const init = /** @type {Node} */ (definition.node).init;
  if (init?.type !== 'CallExpression') return null;
  const callee = init.callee.type === 'MemberExpression' ? init.callee.object : init.callee;
  return callee.type === 'Identifier' ? { name: callee.name, init } : null;
}

/** @param {Node} node */
const isCalled = ({ parent, ...node }) =>
  parent.type === 'CallExpression' &&
  parent.callee.range[0] === node.range[0] &&
  parent.callee.type === 'Identifier';

/** @param {Node} node an identifier @param {'parent' | 'elsewhere'} origin */
function isRead(node, origin) {
  const { parent } = node;
  if (isCalled(node) || isDeclared(node)) return false;
  if (parent.type === 'AssignmentExpression' && parent.left === node) return parent.operator !== '=';
  return (
    origin === 'parent' || (parent.type === 'MemberExpression' && parent.object === node && !parent.optional)
  );
}

/** @param {Node} node whether it is the name in a declaration */
function isDeclared(node) {
  for (let at = node; at && !FUNCTIONS.has(at.type); at = at.parent)
    if (at.type === 'VariableDeclarator') return node.range[1] <= at.id.range[1];
  return false;
}

/**
 * Functions of the component that run after an await, because what runs there calls them.
 * @param {Variable[]} variables
 * @returns {Set<Node>}
 */
function calledLate(variables) {
  const functions = variables.flatMap(({ defs: [definition], references }) => {
    const node = /** @type {Node} */ (definition?.node);
    const made =
      definition?.type === 'FunctionName' ? node : definition?.type === 'Variable' ? node.init : null;
    return made && FUNCTIONS.has(made.type) ? [{ made, references }] : [];
  });
  const late = new Set();
  for (let known = -1; known !== late.size;) {
    known = late.size;
    for (const { made, references } of functions)
      if (references.some(({ identifier }) => !isDeclared(identifier) && isLate(identifier, late)))
        late.add(made);
  }
  return late;
}

/** @param {Node} node @param {Set<Node>} late functions that run after an await */
function isLate(node, late) {
  for (let at = node; at; at = at.parent) {
    if (!FUNCTIONS.has(at.type)) continue;
    if (late.has(at) || isAnswerOf(at)) return true;
    if (at.async && awaitsOf(at.body).some((wait) => follows(wait, node))) return true;
  }
  return false;
}

/** @param {Node} node whether this function is given to a promise */
const isAnswerOf = ({ parent, ...node }) =>
  parent?.type === 'CallExpression' &&
  parent.callee.type === 'MemberExpression' &&
  PROMISE_METHODS.has(parent.callee.property.name) &&
  parent.arguments.some((/** @type {Node} */ given) => given.range[0] === node.range[0]);

/** @param {Node} node @returns {Node[]} the awaits in it, without those of functions within */
function awaitsOf(node) {
  if (!node || typeof node.type !== 'string' || FUNCTIONS.has(node.type)) return [];
  const inside = Object.entries(node).flatMap(([key, value]) =>
    key === 'parent' || typeof value !== 'object' ? [] : [value].flat().flatMap(awaitsOf)
  );
  return node.type === 'AwaitExpression' ? [node, ...inside] : inside;
}

/** @param {Node} wait an await @param {Node} node whether it runs after that, further down in the same function */
function follows(wait, node) {
  if (node.range[0] < wait.range[1]) return false;
  for (let at = wait; !FUNCTIONS.has(at.type); at = at.parent) {
    const { parent } = at;
    const holdsBoth = parent.range[0] <= node.range[0] && node.range[1] <= parent.range[1];
    // It is in the other branch.
    if (holdsBoth) return !/^(?:If|Conditional)/.test(parent.type) || at === parent.test;
    // The branch of the await ends the function.
    const last = at.type === 'BlockStatement' ? at.body.at(-1) : at;
    if (/^(?:Return|Throw)Statement$/.test(last?.type ?? '')) return false;
  }
  return true;
}
