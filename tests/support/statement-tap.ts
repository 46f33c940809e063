import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Stands between a program and Postgres and writes down what is run, and of how many rows each answer tells. */
export type StatementTap = {
  /** The database, by way of the tap. */
  readonly url: string;
  /** Statements and answers (such as `SELECT 0`) since this was asked last, each with how often it came. */
  take(): Map<string, number>;
  close(): Promise<void>;
};

/** Hears the messages of one direction: a letter for what it is, and the rest. */
type OnMessage = (type: string, body: Buffer) => void;

export async function openStatementTap(databaseUrl: string): Promise<StatementTap> {
  const address = new URL(databaseUrl);
  const target = { host: address.hostname, port: Number(address.port) };
  let run = new Map<string, number>();
  const note = (what: string) => run.set(what, (run.get(what) ?? 0) + 1);
  const server = createServer((program) => {
    const database = connect(target);
    const texts = new Map<string, string>();
    // The first message of a connection has no type.
    const asked = messages(true, (type, body) => {
      const [first = '', second = ''] = body.toString('utf8').split('\0');
      if (type === 'P') texts.set(first, second);
      else if (type === 'B') note(texts.get(second) ?? second);
      else if (type === 'Q') note(first);
    });
    const answered = messages(false, (type, body) => {
      if (type === 'C') note(`→ ${body.toString('utf8').replace(/\0$/, '')}`);
    });
    program.on('data', (chunk: Buffer) => (asked(chunk), database.write(chunk)));
    database.on('data', (chunk: Buffer) => (answered(chunk), program.write(chunk)));
    for (const [one, other] of [
      [program, database],
      [database, program]
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.hostname = '127.0.0.1';
  address.port = String((server.address() as AddressInfo).port);
  return {
    url: address.href,
    take() {
      const before = run;
      run = new Map();
      return before;
    },
    async close() {
      server.close();
      await once(server, 'close');
    }
  };
}

/** Cuts a stream of Postgres's protocol into its messages. */
export function messages(startsUntyped: boolean, on: OnMessage): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeLength = startsUntyped ? 0 : 1;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < typeLength + 4) return;
      const end = typeLength + rest.readUInt32BE(typeLength);
      if (rest.length < end) return;
      on(rest.subarray(0, typeLength).toString('latin1'), rest.subarray(typeLength + 4, end));
      rest = rest.subarray(end);
      typeLength = 1;
    }
  };
}
