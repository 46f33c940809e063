import { format } from 'node:util';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * Set-up of all projects: a test that prints fails, because nobody reads what passing tests print. Output that a test
 * expects is declared with `expectConsole`.
 */
const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

let printed: string[] = [];
let expected: RegExp[] = [];

for (const method of METHODS) {
  console[method] = (...args: unknown[]) => {
    printed.push(`console.${method}: ${format(...args)}`);
  };
}

beforeEach(() => {
  expected = [];
});

afterEach(() => {
  const unexpected = printed.filter((line) => !expected.some((pattern) => pattern.test(line)));
  printed = [];
  expect(unexpected, 'unexpected console output').toEqual([]);
});

/** Allows console output that matches, until the end of the current test. */
export function expectConsole(pattern: RegExp): void {
  expected.push(pattern);
}
