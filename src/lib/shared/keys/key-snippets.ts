import { nginx as nginxRecipe } from './proxy-recipes';

/** A piece of text that is pasted somewhere and works there. */
export type Snippet = { id: 'curl' | 'node' | 'postfix' | 'nginx'; label: string; text: string };

type Given = {
  /** Where the console is, as this browser reaches it. */
  origin: string;
  key: string;
  /** Somebody to ask about: an email address. */
  subject: string;
};

/** How a key is used, with the key in it (APP-2). A personal key does not judge other people's mail and requests. */
export function keySnippets(given: Given, of: 'application' | 'person'): Snippet[] {
  const both = [curl(given), node(given)];
  return of === 'person' ? both : [...both, postfix(), nginx(given)];
}

function question(subject: string): string {
  return JSON.stringify({
    subject: { type: 'administrator', id: subject },
    action: { name: 'view' },
    resource: { type: 'audience.contacts', id: 'any' }
  });
}

function curl({ origin, key, subject }: Given): Snippet {
  const text = `# Which roles are there?
curl '${origin}/trpc/roles.list' \\
  -H 'Authorization: Bearer ${key}'

# Can this administrator view contacts?
curl '${origin}/access/v1/evaluation' \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d ${inShell(question(subject))}
`;
  return { id: 'curl', label: 'curl', text };
}

function node({ origin, key, subject }: Given): Snippet {
  const text = `// Node 20 or newer, as an ES module (.mjs)
const headers = {
  authorization: 'Bearer ${key}',
  'content-type': 'application/json'
};

// Which roles are there?
const roles = await fetch('${origin}/trpc/roles.list', { headers });
console.dir((await roles.json()).result.data);

// Can this administrator view contacts?
const answer = await fetch('${origin}/access/v1/evaluation', {
  method: 'POST',
  headers,
  body: ${JSON.stringify(question(subject))}
});
console.dir((await answer.json()).decision);
`;
  return { id: 'node', label: 'Node', text };
}

function postfix(): Snippet {
  const text = `# /etc/postfix/main.cf, then: postfix reload
# Start Rolecall with POLICY_LISTEN=127.0.0.1:10040 and POLICY_TOKEN=<secret>.
# This endpoint takes that secret, not a key.
smtpd_end_of_data_restrictions =
  check_policy_service {
    inet:127.0.0.1:10040, timeout=10s,
    default_action=DUNNO, policy_context=<secret> }
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
