import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/lib/core/commands';
import { SENSITIVE_STEPS } from '../support/proof/steps';

const SERVICES = join(import.meta.dirname, '../../src/lib/server/services');
/** Files that put the question and hand it through; they ask for no procedure of their own. */
const MACHINERY = [
  'write-path/mutate.ts',
  'write-path/ask.ts',
  'write-path/authority.ts',
  'write-path/session-policy.ts',
  'write-path/person-action.ts',
  'write-path/define-command.ts',
  'credentials/reset-secret.ts',
  'load-catalogue.ts'
];

const NAMED = /(?:\bname: |\bNAME = |\bmayManage\([^)'\n]*)'([a-z]+\.\w+)'/;
const SENSITIVE = /\bsensitive(?:: (?!false\b)|,)|\bisProved\(/;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /(?<!\.test)\.ts$/.test(name) && !MACHINERY.some((each) => path.endsWith(each)) ? [path] : [];
  });
}

/**
 * The procedures of a file that ask for a proof: each mark belongs to the name before it; `isProved` to all that go
 * through `mayManage`.
 */
function sensitiveIn(source: string): { names: string[]; marks: number } {
  const names: string[] = [];
  let marks = 0;
  let last: string | null = null;
  for (const line of source.split('\n')) {
    const name = NAMED.exec(line)?.[1];
    if (name) last = name;
    if (name && line.includes('mayManage(')) names.push(name);
    if (!SENSITIVE.test(line)) continue;
    marks++;
    if (last !== null) names.push(last);
  }
  return { names, marks };
}

test('[AUT-4] every procedure that asks for the password has its case in a browser, and no case is of one that does not', () => {
  const inTable = Object.entries(COMMANDS).filter(([, facts]) => 'sensitive' in facts);
  expect(inTable.length).toBeGreaterThan(10);
  const found = new Set<string>(inTable.map(([name]) => name));
  for (const path of files(SERVICES)) {
    const { names, marks } = sensitiveIn(readFileSync(path, 'utf8'));
    expect(marks === 0 || names.length > 0, `${path} asks for the password for nothing that has a name`).toBe(
      true
    );
    for (const name of names) found.add(name);
  }
  expect([...found].sort()).toEqual(Object.keys(SENSITIVE_STEPS).sort());
  for (const [name, cases] of Object.entries(SENSITIVE_STEPS)) expect(cases.length, name).toBeGreaterThan(0);
});
