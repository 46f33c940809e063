import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export type Reply = { status: number; headers: IncomingHttpHeaders; body: string };

const AGENT = new Agent({ keepAlive: true });

/**
 * Sends a request and reads its answer as text. What `fetch` does, at a quarter of its cost: tests that ask thousands
 * of times spent a sixth of their time there. @throws when there is no answer, or none to its end
 */
export function send(
  url: string,
  { method, headers, body = '' }: { method: string; headers: Record<string, string>; body?: string }
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) };
    // As `fetch` introduces itself.
    const told = { 'user-agent': 'node', 'sec-fetch-mode': 'cors', ...headers, ...length };
    const sent = request(url, { agent: AGENT, method, headers: told }, (answer) => {
      const { statusCode = 0 } = answer;
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: statusCode, headers: answer.headers, body: text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
