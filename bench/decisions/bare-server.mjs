import { createServer } from 'node:http';

// The floor: Node's own server that reads a question, looks it up in a Set and answers. It knows no keys, statuses or
// revisions.
/** @type {Set<string>} */
const granted = new Set(JSON.parse(process.env.GRANTED ?? '[]'));
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const { subject, action, resource } = JSON.parse(text);
    const decision = granted.has(`${subject.id} ${resource.type}.${action.name}`);
    const body = JSON.stringify({ decision });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
