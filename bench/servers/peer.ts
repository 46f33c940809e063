import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { hocuspocus, yWebsocket, type Dialect } from '../wire';
import { startChild, type Child } from './child';
import { nthClick, SEEDED, type Contender } from './contender';

/** The server of the Yjs project, as its package ships it: in memory, for everybody. */
export async function startStock(): Promise<Contender> {
  const port = await freePort();
  const program = new URL('../../node_modules/@y/websocket-server/src/server.js', import.meta.url);
  const child = await startChild(program, { PORT: String(port), HOST: '127.0.0.1' }, /running at/);
  return peer('y-websocket server', child, port, 'role', () => yWebsocket);
}

/** Hocuspocus with its database extension. */
export async function startHocuspocus(databaseUrl: string): Promise<Contender> {
  const port = await freePort();
  const program = new URL('./hocuspocus.mjs', import.meta.url);
  const child = await startChild(program, { PORT: String(port), DATABASE_URL: databaseUrl }, /ready/);
  // It remembers documents: each process begins with one of its own.
  return peer('Hocuspocus', child, port, `role-${port}`, hocuspocus);
}

/** A contender whose writer is one more Yjs client. Its document has the cells that ours would have. */
async function peer(
  name: string,
  child: Child,
  port: number,
  document: string,
  speak: (document: string) => Dialect
): Promise<Contender> {
  const dialect = speak(document);
  const url = `ws://127.0.0.1:${port}/${document}`;
  const doc = new Y.Doc();
  const permissions = doc.getMap('permissions');
  const role = doc.getMap('role');
  const writer = new WebSocket(url, { perMessageDeflate: false });
  doc.on('update', (update: Uint8Array) => writer.send(dialect.update(update)));
  await once(writer, 'open');
  dialect.hello(Y.encodeStateVector(new Y.Doc())).forEach((frame) => writer.send(frame));
  // Its own changes come back to the writer as well; they must be read off the socket.
  await once(writer, 'message');

  const cell = (on: boolean) => ({ on, by: 'Maya Lindqvist', at: new Date().toISOString() });
  let version = 1;
  doc.transact(() => {
    for (const permission of SEEDED) permissions.set(permission, cell(true));
    role.set('name', 'Bench');
    role.set('seq', version);
  });
  return {
    name,
    child,
    endpoint: () => ({ url, headers: {}, dialect }),
    async click() {
      const { permission, on } = nthClick(version - 1);
      version += 1;
      doc.transact(() => {
        permissions.set(permission, cell(on));
        role.set('seq', version);
      });
      return Promise.resolve(version);
    },
    async stop() {
      writer.terminate();
      await child.stop();
    }
  };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
