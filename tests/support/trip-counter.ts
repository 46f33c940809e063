import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { messages } from './statement-tap';

/** Stands between a program and Postgres and counts how often a change waits for an answer. */
export type TripCounter = {
  /** The database, by way of the counter. */
  readonly url: string;
  /** Number of trips of each change that was committed since this was asked last, to its commit. */
  take(): number[];
  close(): Promise<void>;
};

/** Answers are held back until nothing more was sent for so long, in milliseconds: then whatever comes next waited. */
const QUIET_MS = 25;

export async function openTripCounter(databaseUrl: string): Promise<TripCounter> {
  const address = new URL(databaseUrl);
  const target = { host: address.hostname, port: Number(address.port) };
  let changes: number[] = [];
  const server = createServer((program) => {
    const database = connect(target);
    const texts = new Map<string, string>();
    let transaction = { trips: 0, isChange: false };
    // What is sent after an answer may have waited for it: it is another trip, however slowly the answer came.
    let isAnswered = true;
    const asked = messages(true, (type, body) => {
      const [first = '', second = ''] = body.toString('utf8').split('\0');
      if (type === 'P') texts.set(first, second);
      const text = type === 'Q' ? first : type === 'B' ? (texts.get(second) ?? '') : '';
      if (text === 'begin') transaction = { trips: isAnswered ? 0 : 1, isChange: false };
      if (text.startsWith('insert into "operations"')) transaction.isChange = true;
    });
    const answered = messages(false, (type, body) => {
      if (type !== 'C' || !body.toString('utf8').startsWith('COMMIT')) return;
      if (transaction.isChange) changes.push(transaction.trips);
      transaction.isChange = false;
    });
    let held: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const release = () => {
      if (held.length === 0) return;
      const chunk = Buffer.concat(held);
      held = [];
      answered(chunk);
      isAnswered = true;
      program.write(chunk);
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(release, QUIET_MS);
    };
    program.on('data', (chunk: Buffer) => {
      asked(chunk);
      if (isAnswered) transaction.trips += 1;
      isAnswered = false;
      database.write(chunk);
      wait();
    });
    database.on('data', (chunk: Buffer) => (held.push(chunk), wait()));
    for (const [one, other] of [
      [program, database],
      [database, program]
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => (clearTimeout(timer), other.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.hostname = '127.0.0.1';
  address.port = String((server.address() as AddressInfo).port);
  return {
    url: address.href,
    take() {
      const before = changes;
      changes = [];
      return before;
    },
    async close() {
      server.close();
      await once(server, 'close');
    }
  };
}
