import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../../services/write-path/deps';
import { policyAction, type PolicyOptions } from './policy-answer';
import { PolicyReader } from './policy-reader';

/** Postfix keeps a connection for 300 s without a word; whoever closes first makes the other ask twice. */
const IDLE_MS = 330_000;
const MOST_CONNECTIONS = 1000;
/**
 * Postfix keeps one for each of its smtpd processes, of which it has 100 unless told otherwise, and each place it
 * asks at.
 */
const MOST_PER_ADDRESS = 400;
const STOP_MS = 2000;
/** A complaint about what comes in is logged once in so long. */
const QUIET_MS = 10_000;

export type PolicyAddress = { host: string; port: number } | { path: string };

export type PolicyService = {
  /** Port it listens at; 0 for a path. */
  port: number;
  stop(): Promise<void>;
};

/**
 * Answers Postfix (check_policy_service), and whoever speaks its policy protocol: many requests on a connection, in
 * order. In trouble it gives no answer and closes: Postfix asks again, and then does what its `default_action`
 * says.
 */
export async function startPolicyService(
  options: PolicyOptions & { address: PolicyAddress; log: Log; idleMs?: number; mostPerAddress?: number }
): Promise<PolicyService> {
  const { address, log, idleMs = IDLE_MS, mostPerAddress = MOST_PER_ADDRESS } = options;
  const open = new Set<Socket>();
  const state: ServiceState = { busy: new Set(), stopping: false };
  let complained = -Infinity;
  // Half-open: whoever has no more to ask (Exim) still reads its answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const from = socket.remoteAddress;
    if (from !== undefined && countOf(open, from) >= mostPerAddress) return void socket.destroy();
    open.add(socket);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    serve(options, socket, state).catch((error: unknown) => {
      socket.destroy();
      if (performance.now() - complained < QUIET_MS) return;
      complained = performance.now();
      log.warn({ err: error }, 'a policy request has no answer');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      state.stopping = true;
      // Whoever waits for an answer has it first.
      for (const socket of open) if (!state.busy.has(socket)) socket.end();
      const force = setTimeout(() => open.forEach((socket) => socket.destroy()), STOP_MS);
      await closed;
      clearTimeout(force);
    }
  };
}

/** Connections from an address. Whoever comes over a path is this machine, and not counted. */
function countOf(open: ReadonlySet<Socket>, address: string): number {
  let count = 0;
  for (const { remoteAddress } of open) if (remoteAddress === address) count += 1;
  return count;
}

/** Connections that wait for an answer, and whether no more answers are given. */
type ServiceState = { busy: Set<Socket>; stopping: boolean };

async function serve(options: PolicyOptions, socket: Socket, state: ServiceState): Promise<void> {
  const reader = new PolicyReader();
  const from = socket.remoteAddress?.replace(/^::ffff:/, '') ?? null;
  // One at a time: what is not asked for yet waits in the socket.
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    state.busy.add(socket);
    try {
      for (const request of reader.push(chunk)) {
        const action = await policyAction(options, request, from);
        if (!socket.writable) return;
        socket.write(`action=${action}\n\n`);
      }
    } finally {
      state.busy.delete(socket);
    }
    if (state.stopping) break;
  }
  socket.end();
}

async function listen(server: Server, address: PolicyAddress): Promise<void> {
  if ('path' in address && (await isLeftBehind(address.path))) rmSync(address.path, { force: true });
  if ('path' in address) server.listen(address.path);
  else server.listen(address.port, address.host);
  await once(server, 'listening');
  // Postfix runs as another user: the folder says who comes in.
  if ('path' in address) chmodSync(address.path, 0o666);
}

/**
 * True if a killed process left its socket there. A socket at which somebody listens, and a file of another kind,
 * are not taken away.
 */
async function isLeftBehind(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false;
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
