import { spawn } from 'node:child_process';
import { PROJECT } from './project.mjs';

/** @typedef {{ ok: boolean, output: string }} Outcome */

/**
 * Runs a program in the project's folder to its end and keeps what it prints.
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] over the present environment
 * @returns {Promise<Outcome>}
 */
export function runQuietly(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm on Windows is a script, which only a shell can run.
      shell: process.platform === 'win32' && command === 'npm'
    });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}

/**
 * Runs the program of an installed package, given by its file in `node_modules`, with this very Node.
 * @param {string} path @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 */
export function runTool(path, args, env) {
  return runQuietly(process.execPath, [`node_modules/${path}`, ...args], env);
}
