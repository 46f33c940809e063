import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../build/server/serve.js', import.meta.url));

/** The built program as a process of its own, which the campaign kills and starts again on the same port. */
export type App = {
  readonly origin: string;
  pid(): number | undefined;
  /** Ends it with SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it. Resolves when it says that it is ready, with the milliseconds that took. */
  start(): Promise<number>;
  /** Ends it in order; the exit code. */
  stop(): Promise<number | null>;
  /** The last lines it printed: for reports of failures. */
  output(): string;
};

export function appProcess(port: number, env: Record<string, string>): App {
  const origin = `http://localhost:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';

  const gone = async () => {
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    origin,
    pid: () => child?.pid,
    output: () => printed,
    async kill() {
      child?.kill('SIGKILL');
      await gone();
    },
    async start() {
      const began = performance.now();
      child = spawn(process.execPath, [PROGRAM], {
        env: {
          ...process.env,
          NODE_ENV: 'production',
          PORT: String(port),
          HOST: '127.0.0.1',
          LOG_LEVEL: 'warn',
          REQUESTS_PER_SESSION: '100000',
          REQUESTS_PER_ADDRESS: '100000',
          ...env
        },
        stdio: ['ignore', 'pipe', 'pipe']
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-16_000)));
      await ready(child, `http://127.0.0.1:${port}/readyz`, () => printed);
      return performance.now() - began;
    },
    async stop() {
      child?.kill('SIGTERM');
      await gone();
      return child?.exitCode ?? null;
    }
  };
}

const READY_MS = 60_000;

async function ready(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the program ended by itself (${child.exitCode ?? child.signalCode}):\n${output()}`);
    if (performance.now() > deadline)
      throw new Error(`the program is not ready after ${READY_MS} ms:\n${output()}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) return;
    await sleep(20);
  }
}
