// Where real programs are tried together: a folder for what they write, and an end for all of them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does a trial on a stage of its own, which is cleared afterwards.
 * @param {string} name
 * @param {(stage: Stage) => Promise<number>} act
 * @returns {Promise<number>} what `act` gave
 */
export async function onStage(name, act) {
  const stage = new Stage(name);
  try {
    return await act(stage);
  } finally {
    await stage.clear();
  }
}

export class Stage {
  /** @type {(() => unknown)[]} */
  #ends = [];

  /** @param {string} name */
  constructor(name) {
    this.folder = mkdtempSync(join(tmpdir(), `rolecall-${name}-`));
    // Programs that give up their rights read it, too.
    chmodSync(this.folder, 0o755);
  }

  /**
   * Adds something that is ended with the stage.
   * @param {() => unknown} end
   */
  ends(end) {
    this.#ends.push(end);
  }

  /**
   * Starts a program; how to stop it.
   * @param {readonly [string, ...string[]]} command
   * @param {NodeJS.ProcessEnv} env
   * @param {string | null} ready what it says when it is; null: nothing
   */
  async run(command, env, ready) {
    return (await this.start(command, env, ready)).stop;
  }

  /**
   * Starts a program; how to stop it, and how to kill it.
   * @param {readonly [string, ...string[]]} command
   * @param {NodeJS.ProcessEnv} env
   * @param {string | null} ready what it says when it is; null: nothing
   */
  async start([command, ...args], env, ready) {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    });
    const end = async (/** @type {NodeJS.Signals} */ signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    };
    const [stop, kill] = [() => end('SIGTERM'), () => end('SIGKILL')];
    this.ends(stop);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    if (ready !== null)
      await until(() => {
        if (!text.includes(ready)) throw new Error(`${args[0]} did not start: ${text}`);
      });
    return { stop, kill };
  }

  async clear() {
    for (const end of this.#ends.reverse()) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Listens on a free port of this machine.
 * @param {(socket: import('node:net').Socket) => void} onConnection
 */
export async function listen(onConnection) {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { port, close: () => void server.close() };
}

export async function freePort() {
  const { port, close } = await listen(() => undefined);
  close();
  return port;
}

/** @param {() => unknown} check */
export async function until(check) {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(200);
    }
  }
}
