// Runs in a process of its own. Its standard input is a pipe from the application: each line is the process id of the
// server now running, an empty line means "stopped in order". The pipe ends when the application does, however it does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const cluster = process.argv[1] ?? '';
let input = '';

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => (input += text));
process.stdin.on('end', () => void stop());
process.stdin.on('error', () => void stop());
// The end of a terminal session ends the application; the server must then still be stopped.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

async function stop() {
  const pid = Number(input.split('\n').slice(0, -1).at(-1));
  for (const [signal, patience] of /** @type {const} */ ([
    ['SIGINT', 8000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 0]
  ])) {
    if (!pid || !serves(pid)) break;
    try {
      process.kill(pid, signal);
    } catch {
      break;
    }
    for (const deadline = Date.now() + patience; serves(pid) && Date.now() < deadline;) await sleep(20);
  }
  process.exit();
}

/** @param {number} pid */
function serves(pid) {
  try {
    // A newer instance of the application may already run a server of its own there: then this file names that one.
    return (
      Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]) === pid &&
      process.kill(pid, 0)
    );
  } catch {
    return false;
  }
}
