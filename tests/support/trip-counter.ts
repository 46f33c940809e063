import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { messages } from './statement-tap';

/** Stands between a program and Postgres and counts how often a change waits for an answer. */
export type TripCounter = {
  /** The database, by way of the counter. */
  readonly url: string;
  /** Runs some work, and counts the trips of each change that it commits, from its BEGIN to its commit. */
  tripsOf(work: () => Promise<unknown>): Promise<number[]>;
  close(): Promise<void>;
};

/**
 * Answers are held back until nothing more was sent for so long, in milliseconds: then whatever comes next waited for
 * them. Long, as a machine with too much to do takes its time between two statements that wait for nothing.
 */
const QUIET_MS = 200;

export async function openTripCounter(databaseUrl: string): Promise<TripCounter> {
  const address = new URL(databaseUrl);
  const target = { host: address.hostname, port: Number(address.port) };
  /** Trips of the changes that are counted; null: nothing is counted, and answers pass at once. */
  let counted: number[] | null = null;
  const server = createServer((program) => {
    const database = connect(target);
    const texts = new Map<string, string>();
    let transaction = { trips: 0, isChange: false };
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
      if (transaction.isChange) counted?.push(transaction.trips);
      transaction.isChange = false;
    });
    const hold = holding(
      () => counted !== null,
      (chunk) => {
        answered(chunk);
        isAnswered = true;
        program.write(chunk);
      }
    );
    program.on('data', (chunk: Buffer) => {
      asked(chunk);
      if (isAnswered) transaction.trips += 1;
      isAnswered = false;
      database.write(chunk);
      hold.again();
    });
    database.on('data', hold.take);
    for (const [one, other] of [
      [program, database],
      [database, program]
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => (hold.end(), other.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.hostname = '127.0.0.1';
  address.port = String((server.address() as AddressInfo).port);
  return {
    url: address.href,
    async tripsOf(work) {
      const trips: number[] = (counted = []);
      await work();
      counted = null;
      return trips;
    },
    async close() {
      server.close();
      await once(server, 'close');
    }
  };
}

/** Holds what comes for as long as something is sent, and hands it on in one piece. */
function holding(isOn: () => boolean, handOn: (chunk: Buffer) => void) {
  let held: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  let last: NodeJS.Immediate | undefined;
  const release = () => {
    const chunk = Buffer.concat(held);
    held = [];
    handOn(chunk);
  };
  const end = () => (clearTimeout(timer), clearImmediate(last));
  const again = () => {
    end();
    if (held.length === 0) return;
    // What was sent while this process was kept from reading is read before the time counts as over.
    timer = setTimeout(() => (last = setImmediate(release)), QUIET_MS);
  };
  return {
    take(chunk: Buffer): void {
      held.push(chunk);
      if (isOn() || held.length > 1) again();
      else release();
    },
    again,
    end
  };
}
