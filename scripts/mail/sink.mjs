import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

/** A mail server that takes everything, and knows how many recipients it was given by each sender. */
export async function mailSink() {
  /** @type {Map<string, number>} */
  const got = new Map();
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true },
    onData(stream, { envelope }, done) {
      stream.resume();
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        got.set(from, (got.get(from) ?? 0) + envelope.rcptTo.length);
        done();
      });
    }
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address());
  return { port, got, close: () => new Promise((done) => server.close(() => done(undefined))) };
}
