// Caps of Rolecall in Stalwart: an MTA hook at the stage "data" (Settings › MTA › Filters › MTA Hooks) that asks this program, which asks
// Rolecall. Run it beside Stalwart:
//
//   ROLECALL_URL=https://rolecall.example.com ROLECALL_KEY=rck_live_… node hook.mjs
//
//   url                http://127.0.0.1:10041/        enable   !is_empty(authenticated_as)
//   stages             data                           timeout  20s
//   tempFailOnError    true: without an answer mail waits at its sender; false: it passes without being counted
//
// NOT TRIED with a Stalwart: there is none in the packages that Rolecall is tested with. It follows stalw.art/docs/api/mta-hooks; the test
// suite sends it requests as they are written there. Mail of whoever did not sign in is let through.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const { ROLECALL_URL, ROLECALL_KEY, PORT = '10041', SERVER = 'mx5' } = process.env;

/** The whole message comes along, and is not needed. */
const server = createServer(async (request, response) => {
  try {
    const answer = await answerTo(await json(request));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  } catch {
    // Stalwart does what tempFailOnError says.
    response.writeHead(503).end();
  }
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`Hook ready: ${server.address().port}`));

async function answerTo({ context, envelope }) {
  const login = context.sasl?.login;
  if (!login) return { action: 'accept' };
  const { granted, smtp } = await consume({
    subject: { type: 'administrator', id: login },
    units: envelope.to.length,
    key: `${SERVER}/${context.queue.id}`
  });
  if (granted || smtp === null) return { action: 'accept' };
  // "451 4.7.1 Daily limit …"
  return { action: 'reject', response: { status: Number(smtp.slice(0, 3)), message: smtp.slice(4) } };
}

/** Asked again under the same key, Rolecall counts a message once. */
async function consume(question, tries = 2) {
  try {
    const response = await fetch(`${ROLECALL_URL}/caps/v1/consume`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ROLECALL_KEY}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(5000),
      body: JSON.stringify(question)
    });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch (error) {
    if (tries > 1) return consume(question, tries - 1);
    throw error;
  }
}
