/**
 * Error for a text that is no JSON that we take: RFC 7493 (I-JSON) without its numbers, and not nested without end.
 */
export class JsonProblem extends Error {
  override name = 'JsonProblem';
}

const DEEPEST = 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Strings, and what opens, closes and parts; all else between them is for the parser. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/**
 * Parses JSON strictly: a member that is there twice means one thing here and another elsewhere, and half a
 * character is none.
 * @throws JsonProblem that says what is wrong
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonProblem('the body is not JSON');
  }
  // What the parser took is well-formed: of it, names and depth alone are looked at.
  if (isPlain(text, value)) return value;
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > DEEPEST)
        throw new JsonProblem(`the body is nested deeper than ${DEEPEST} levels`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') takeName(open.at(-1), last);
    else if (token !== ',') last = wholeString(token);
  }
  return value;
}

/** Characters with which a text takes the long way: escapes, which hide quotes and names, and halves of characters. */
const ODD = /[\\\ud800-\udfff]/;
const QUOTE = 0x22;
const COLON = 0x3a;
/** `{` and `[`, `}` and `]`. */
const OPENS = [0x7b, 0x5b] as const;
const CLOSES = [0x7d, 0x5d] as const;

/**
 * True if there is nothing in a text to complain of: it has as many colons as its value has members, so that none of
 * them is there twice. Most bodies are such, and are looked through without taking names apart.
 */
function isPlain(text: string, value: unknown): boolean {
  if (ODD.test(text)) return false;
  let [depth, colons] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = text.indexOf('"', at + 1);
    else if (code === COLON) colons += 1;
    else if (code === OPENS[0] || code === OPENS[1]) depth += 1;
    else if (code === CLOSES[0] || code === CLOSES[1]) depth -= 1;
    if (depth > DEEPEST) return false;
  }
  return colons === membersOf(value);
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + membersOf(each), 0);
  let sum = 0;
  // What was parsed has members of its own alone.
  for (const name in value) sum += 1 + membersOf((value as Record<string, unknown>)[name]);
  return sum;
}

function takeName(names: Set<string> | null | undefined, name: string): void {
  if (names?.has(name)) throw new JsonProblem(`the body has the member ${JSON.stringify(name)} twice`);
  names?.add(name);
}

function wholeString(token: string): string {
  const string = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  if (LONE_SURROGATE.test(string)) throw new JsonProblem('the body has half a character (a lone surrogate)');
  return string;
}
