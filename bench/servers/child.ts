import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Child = {
  readonly pid: number;
  /** Processor time since the start, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resident memory after garbage collection, in bytes. */
  memory(): Promise<number>;
  /** Resident memory as it is, in bytes. */
  resident(): Promise<number>;
  /** Delay of the event loop since the last question, in milliseconds at the 99th percentile. */
  loopDelay(): Promise<number>;
  stop(): Promise<void>;
};

const REPORTER = new URL('./usage-reporter.mjs', import.meta.url).href;
const START_MS = 30_000;

/**
 * Starts a server in a process of its own and waits for the line that says it is ready.
 * @throws Error with the program's words when it ends or says nothing within 30 s
 */
export async function startChild(
  program: URL,
  env: Record<string, string>,
  ready: RegExp,
  nodeArguments: string[] = []
): Promise<Child> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', REPORTER, ...nodeArguments, fileURLToPath(program)],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, NODE_ENV: 'production', ...env } }
  );
  await untilReady(child, ready);
  return {
    pid: child.pid!,
    cpuMs: () => ask(child, 'cpu'),
    memory: () => ask(child, 'memory'),
    resident: () => ask(child, 'resident'),
    loopDelay: () => ask(child, 'loop'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
    }
  };
}

async function ask(child: ChildProcess, question: 'cpu' | 'memory' | 'resident' | 'loop'): Promise<number> {
  const answer = once(child, 'message');
  child.send(question);
  return Number((await answer)[0]);
}

function untilReady(child: ChildProcess, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) =>
      reject(new Error(`${child.spawnfile} ${child.spawnargs.at(-1)}: ${why}\n${said}`));
    const late = setTimeout(() => fail('did not get ready'), START_MS);
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
      if (!ready.test(said)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${code}`);
    });
  });
}
