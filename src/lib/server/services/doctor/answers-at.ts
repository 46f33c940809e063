import { connect } from 'node:net';

export type Place = { host: string; port: number } | { path: string };

const PATIENCE_MS = 3000;

/** True if something accepts a connection at a place. Nothing is sent there. */
export function answersAt(place: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PATIENCE_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
