// A small sending application whose pages and routes are governed by Rolecall. `npm run example` starts it beside `npm start`;
// ROLECALL_URL says where Rolecall is, ROLECALL_KEY is the key of an application whose role has “Ask for decisions”.
import { createServer } from 'node:http';
// Elsewhere: '@rolecall/client' and '@rolecall/client/express'.
import { createRolecall } from '../../packages/client/dist/entry.js';
import { forExpress } from '../../packages/client/dist/middleware/express.js';

const { ROLECALL_URL = 'http://localhost:3000', ROLECALL_KEY = '', PORT = '4000' } = process.env;
if (ROLECALL_KEY === '') {
  console.error('Set ROLECALL_KEY to a key of an application whose role has “Ask for decisions”.');
  process.exit(1);
}
const rolecall = createRolecall({ url: ROLECALL_URL, key: ROLECALL_KEY });

/** Actions on a broadcast, and the permission each takes. */
const ACTIONS = {
  test_send: { label: 'Send a test', permission: 'campaigns.broadcasts.test_send', done: 'Test sent' },
  schedule: { label: 'Schedule', permission: 'campaigns.broadcasts.schedule', done: 'Scheduled' },
  pause_resume: { label: 'Pause', permission: 'campaigns.broadcasts.pause_resume', done: 'Paused' },
  delete: { label: 'Delete', permission: 'campaigns.broadcasts.delete', done: 'Deleted' }
};
const VIEW = 'campaigns.broadcasts.view';

/** Name and state of each broadcast, by its id. */
const broadcasts = new Map([
  ['1', { name: 'Spring catalogue', state: 'Draft' }],
  ['2', { name: 'Delivery notes', state: 'Draft' }]
]);

// The sign-in of this example believes what it is told: yours doesn't.
const signedIn = (request) => {
  const address = /(?:^|;\s*)address=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return address ? decodeURIComponent(address) : null;
};
const { attach, requires } = forExpress(rolecall, signedIn);

/** The broadcast and the action of a path such as /broadcasts/1/schedule. */
function readPath(url) {
  const [, id, action] = /^\/broadcasts\/(\w+)\/(\w+)$/.exec(url) ?? [];
  return { id, action: Object.hasOwn(ACTIONS, action ?? '') ? ACTIONS[action] : undefined, name: action };
}

function act(request, response) {
  const { id, action, name } = readPath(request.url);
  if (!action || !broadcasts.has(id)) return answer(response, 404, 'There is no such page.');
  // What this takes is judged here, whatever the page showed.
  requires(action.permission, () => ({ id }))(request, response, (error) => {
    if (error) return answer(response, 500, 'Something failed.');
    if (name === 'delete') broadcasts.delete(id);
    else broadcasts.get(id).state = action.done;
    response.writeHead(303, { location: '/' }).end();
  });
}

function show(request, response) {
  attach(request, response, async (error) => {
    if (error) return answer(response, 500, 'Something failed.');
    const asker = request.rolecall;
    if (asker.subject === null) return page(response, '<p>Enter your address to begin.</p>');
    // All of these are one call.
    const [view, ...may] = await Promise.all([
      asker.decide(VIEW),
      ...Object.values(ACTIONS).map(({ permission }) => asker.can(permission))
    ]);
    if (!view.decision) return page(response, `<p>${escape(view.reasonUser ?? view.reason)}</p>`, asker);
    const buttons = Object.entries(ACTIONS).filter((_, at) => may[at]);
    page(response, [...broadcasts].map((each) => row(each, buttons)).join(''), asker);
  });
}

function row([id, { name, state }], buttons) {
  const forms = buttons.map(
    ([action, { label }]) =>
      `<form method="post" action="/broadcasts/${id}/${action}"><button>${label}</button></form>`
  );
  return `<section><h2>${escape(name)}</h2><p>${escape(state)}</p>${forms.join('')}</section>`;
}

function page(response, content, asker) {
  const address = escape(asker?.subject ?? '');
  answer(
    response,
    200,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Broadcasts</title>
<style>body{font:16px system-ui;max-width:40rem;margin:3rem auto;padding:0 1.5rem}form{display:inline-block;margin-right:.5rem}</style>
<form method="post" action="/sign-in"><label>Your address <input name="address" value="${address}"></label>
<button>Sign in</button></form><h1>Broadcasts</h1>${content}</html>`
  );
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(body);
}

async function signIn(request, response) {
  let body = '';
  for await (const chunk of request) if (body.length < 1000) body += chunk;
  const address = encodeURIComponent(new URLSearchParams(body).get('address') ?? '');
  const cookie = `address=${address}; HttpOnly; SameSite=Strict; Path=/`;
  response.writeHead(303, { location: '/', 'set-cookie': cookie }).end();
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/sign-in') void signIn(request, response);
  else if (request.method === 'POST') act(request, response);
  else if (request.url === '/') show(request, response);
  else answer(response, 404, 'There is no such page.');
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Platform ready: http://localhost:${server.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    rolecall.close();
    server.close();
    server.closeAllConnections();
  });
