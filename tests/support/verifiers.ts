import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Verdict of a verifier of ours on an export. */
export type Judgement = { ok: boolean; entries: number; chain: string; root: string; roots: string[] };

/** The other readings of the format that can run here. Python is not on every machine; JavaScript is. */
export function otherVerifiers(): { name: string; judge(lines: readonly string[]): Judgement }[] {
  const second = { name: 'second.mjs', command: process.execPath, path: file('verifiers/second.mjs') };
  const third = { name: 'third.py', command: 'python3', path: file('verifiers/third.py') };
  const has = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 7))']).status === 0;
  return (has ? [second, third] : [second]).map(({ name, command, path }) => ({
    name,
    judge(lines) {
      const run = spawnSync(command, [path], { input: lines.join(''), encoding: 'utf8', maxBuffer: 1 << 26 });
      if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
      return JSON.parse(run.stdout) as Judgement;
    }
  }));
}

export type Verdict = { code: number | null; text: string };

/** The real command on an export, or on whatever its arguments say. */
export function logVerify(...args: string[]): Verdict {
  const run = spawnSync(process.execPath, [file('../verifier/main.mjs'), ...args], { encoding: 'utf8' });
  return { code: run.status, text: run.stdout + run.stderr };
}
