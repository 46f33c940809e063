import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Keys that every process of the campaign signs with. */
export const LOG_KEYS = Buffer.alloc(32, 8).toString('base64');

/** A writer or a sequencer of the log campaign: a process that can be killed and started again. */
export class LogProcess {
  #process: ChildProcess | null = null;
  /** The one that was told to end last. */
  #ending: ChildProcess | null = null;
  #ready: Promise<void> = Promise.resolve();
  /** The last that it wrote to stderr. */
  #errors = '';

  constructor(
    readonly args: () => string[],
    readonly hear: (line: string) => void,
    /** Hears that a process ended that nobody ended. */
    readonly onlost: (error: Error) => void
  ) {}

  start(): Promise<void> {
    const child = spawn(process.execPath, this.args(), {
      env: { ...process.env, NODE_ENV: 'production', LOG_SIGNING_KEYS: LOG_KEYS },
      stdio: ['ignore', 'pipe', 'pipe']
    });
    this.#process = child;
    let rest = '';
    this.#errors = '';
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-4000)));
    this.#ready = new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        // Half a line is nothing yet: a process that was killed may leave one.
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line === 'ready') resolve();
          this.hear(line);
        }
      });
      child.once('exit', (code, signal) => {
        if (signal === 'SIGKILL' && this.#ending === child) return resolve();
        const error = new Error(`a process ended by itself (${code ?? signal}): ${this.#errors}`);
        // Also one that had begun: the campaign would go on without it.
        if (code !== 0) this.onlost(error);
        reject(error);
      });
    });
    this.#ready.catch(() => undefined);
    return this.#ready;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  /** Kind and number of the process, and how it ended, if it did. */
  toString(): string {
    const { pid, exitCode, signalCode, spawnargs } = this.#process!;
    return `${spawnargs[2]} ${pid}: ${signalCode ?? exitCode ?? 'runs'} ${this.#errors}`;
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#ending = child;
    // What it said before it died is read to the end.
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}
