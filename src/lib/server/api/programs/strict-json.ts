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

function takeName(names: Set<string> | null | undefined, name: string): void {
  if (names?.has(name)) throw new JsonProblem(`the body has the member ${JSON.stringify(name)} twice`);
  names?.add(name);
}

function wholeString(token: string): string {
  const string = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  if (LONE_SURROGATE.test(string)) throw new JsonProblem('the body has half a character (a lone surrogate)');
  return string;
}
