import { format } from 'node:util';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * Set-up of all projects: a test that prints fails, because nobody reads what passing tests print. Output that a test
 * expects is declared with `expectConsole`.
 */
const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

interface Heard {
  printed: string[];
  expected: RegExp[];
}

/** Every file of tests loads this module anew; who was loaded for an earlier one means the same list. */
const HEARD = Symbol.for('rolecall.test.console');
const heard = ((globalThis as { [HEARD]?: Heard })[HEARD] ??= { printed: [], expected: [] });

for (const method of METHODS) {
  console[method] = (...args: unknown[]) => {
    heard.printed.push(`console.${method}: ${format(...args)}`);
  };
}

beforeEach(() => {
  heard.expected = [];
});

afterEach(() => {
  const { expected, printed } = heard;
  const unexpected = printed.filter((line) => !expected.some((pattern) => pattern.test(line)));
  heard.printed = [];
  expect(unexpected, 'unexpected console output').toEqual([]);
});

/** Allows console output that matches, until the end of the current test. */
export function expectConsole(pattern: RegExp): void {
  heard.expected.push(pattern);
}
