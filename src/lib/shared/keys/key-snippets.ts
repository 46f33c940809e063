import { nginx as nginxRecipe } from './proxy-recipes';

/** A piece of text that is pasted somewhere and works there. */
export type Snippet = { id: 'curl' | 'node' | 'postfix' | 'nginx'; label: string; text: string };

type Given = {
  /** Origin of the console, as this browser reaches it. */
  origin: string;
  key: string;
  /** Somebody to ask about: an email address. */
  subject: string;
};

/** Kind of owner of a key: a program, an administrator, or a user. */
export type KeyOf = 'application' | 'person' | 'user';

/**
 * Examples of the use of a key, with the key in them (APP-2). A key of a person does not judge other people's mail
 * and requests.
 */
export function keySnippets(given: Given, of: KeyOf): Snippet[] {
  const both = [curl(given, EXAMPLES[of]), node(given, EXAMPLES[of])];
  return of === 'application' ? [...both, postfix(), nginx(given)] : both;
}

/**
 * Questions of the examples: one that needs nobody else, and one about a permission. `id` of a resource: `*` asks
 * about all of one's own.
 */
type Example = {
  procedure: string;
  what: string;
  name: string;
  type: 'administrator' | 'user';
  can: string;
  id: string;
};

const OF_STAFF: Example = {
  ...{ procedure: 'roles.list', what: 'Which roles are there?', name: 'roles' },
  ...{ type: 'administrator', can: 'Can this administrator view contacts?', id: 'any' }
};
const EXAMPLES: Record<KeyOf, Example> = {
  application: OF_STAFF,
  person: OF_STAFF,
  user: {
    ...{ procedure: 'own.usage', what: 'How much did I send, and how much can I?', name: 'usage' },
    ...{ type: 'user', can: 'Can I view contacts?', id: '*' }
  }
};

function question(subject: string, { type, id }: Example): string {
  return JSON.stringify({
    subject: { type, id: subject },
    action: { name: 'view' },
    resource: { type: 'audience.contacts', id }
  });
}

function curl({ origin, key, subject }: Given, example: Example): Snippet {
  const text = `# ${example.what}
curl '${origin}/trpc/${example.procedure}' \\
  -H 'Authorization: Bearer ${key}'

# ${example.can}
curl '${origin}/access/v1/evaluation' \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d ${inShell(question(subject, example))}
`;
  return { id: 'curl', label: 'curl', text };
}

function node({ origin, key, subject }: Given, example: Example): Snippet {
  const text = `// Node 20 or newer, as an ES module (.mjs)
const headers = {
  authorization: 'Bearer ${key}',
  'content-type': 'application/json'
};

// ${example.what}
const ${example.name} = await fetch('${origin}/trpc/${example.procedure}', { headers });
console.dir((await ${example.name}.json()).result.data);

// ${example.can}
const answer = await fetch('${origin}/access/v1/evaluation', {
  method: 'POST',
  headers,
  body: ${JSON.stringify(question(subject, example))}
});
console.dir((await answer.json()).decision);
`;
  return { id: 'node', label: 'Node', text };
}

function postfix(): Snippet {
  const text = `# /etc/postfix/main.cf, then: postfix reload
# Start Rolecall with POLICY_LISTEN=127.0.0.1:10040 and POLICY_TOKEN=<secret>.
# This endpoint takes that secret, not a key. mx1 is the name of this mail server: another one on each.
smtpd_end_of_data_restrictions =
    check_policy_service { inet:127.0.0.1:10040, timeout=20s, policy_context=mx1:<secret>,
        { default_action=451 4.3.0 Caps cannot be checked } }
`;
  return { id: 'postfix', label: 'Postfix', text };
}

function nginx({ origin, key }: Given): Snippet {
  const text = `# Rolecall needs FORWARD_AUTH_SECRET and FORWARD_AUTH_PROXIES, and a route (Applications › Routes).
${nginxRecipe(origin)}
# This application then calls your program with its key:
# curl https://app.example.com/ -H 'Authorization: Bearer ${key}'
`;
  return { id: 'nginx', label: 'nginx', text };
}

/** A text as one word of a POSIX shell. */
function inShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
