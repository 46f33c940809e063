import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Address of a collector, and if it is reached over TLS. */
export type CollectorAddress = {
  secure: boolean;
  host: string;
  port: number;
  /** Certificates that vouch for it, in PEM, instead of those that every program knows. */
  ca?: string | undefined;
};

/** Milliseconds for connecting, and for each silence while something waits to be taken or confirmed. */
const SILENCE_MS = 5_000;

/** A connection to a collector. */
export type Collector = {
  /** Resolves when it may be given more. */
  write(frames: Uint8Array): Promise<void>;
  /**
   * Ends the connection from this side and waits for the collector to end it from the other. That is the one thing
   * by which it says, over TCP, that it read everything: rejects when the connection is lost before.
   */
  finish(): Promise<void>;
  destroy(): void;
};

/** Connects to a collector. */
export async function connectCollector(address: CollectorAddress): Promise<Collector> {
  const { host, port, secure, ca } = address;
  const socket: Socket = secure
    ? connectTls({
        host,
        port,
        servername: isName(host) ? host : '',
        minVersion: 'TLSv1.2',
        ...(ca ? { ca } : {})
      })
    : connectTcp({ host, port });
  const faults: Error[] = [];
  let finishing = false;
  const demandSound = () => {
    const [first] = faults;
    if (first) throw first;
  };
  socket.setNoDelay(true);
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the collector is silent')));
  socket.on('error', (error) => faults.push(error));
  // Whoever ends a connection that we have not ended may have read all of it or nothing.
  socket.on('end', () => {
    if (!finishing) faults.push(new Error('the collector ended the connection'));
  });
  // What it says back is of no meaning here, but unread it would hide the end.
  socket.resume();
  await once(socket, secure ? 'secureConnect' : 'connect');
  return {
    async write(frames) {
      demandSound();
      await new Promise<void>((resolve, reject) => {
        socket.write(frames, (error) => (error ? reject(error) : resolve()));
      });
    },
    async finish() {
      demandSound();
      finishing = true;
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.end();
      await closed;
      demandSound();
    },
    destroy: () => socket.destroy()
  };
}

/** TLS names the host it wants, unless that is an address. */
function isName(host: string): boolean {
  return !/^[\d.]+$|:/.test(host);
}
