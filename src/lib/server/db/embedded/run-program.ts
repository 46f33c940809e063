import { spawn } from 'node:child_process';
import { spawnAs, type ServiceAccount } from './service-account';

/** Result of a program: its exit code, null when a signal ended it, and all that it printed. */
export interface ProgramResult {
  code: number | null;
  output: string;
}

/** Runs one Postgres program to its end, as `account`, feeding it `input`. Rejects only when it cannot be started. */
export function runProgram(
  path: string,
  args: string[],
  account: ServiceAccount | null,
  input = ''
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      ...spawnAs(account),
      env: programEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.on('error', () => undefined); // it ended before it read everything: its exit code says so
    child.stdin.end(input);
  });
}

/** English messages that we can read, none of the caller's `PG…` variables, nothing secret. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
