import type { Plugin } from 'vite';

/**
 * Modules of lib0 which the packages of Yjs import and the console has no use for, each with what is called of it.
 * Logging writes its warnings in colours: for them it brings the elements of a document and their schemas along, 7 KB
 * of every page. A channel would join the documents of a browser's tabs, which ask the server each for itself
 * (`disableBc`).
 */
const MODULES: Record<string, string> = {
  'lib0/logging': `
    export const [BOLD, UNBOLD, RED, ORANGE] = ['', '', '', ''];
    export const print = (...words) => console.log(...words);
    export const warn = (...words) => console.warn(...words);
  `,
  'lib0/broadcastchannel': `
    export const [subscribe, unsubscribe, publish] = Array(3).fill(() => undefined);
  `
};
const nameOf = (id: string) => `\0${id}`;

/** Leaves those modules out of what browsers load. */
export const leanYjs: Plugin = {
  name: 'lean-yjs',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'client',
  resolveId: (id) => (id in MODULES ? nameOf(id) : null),
  load: (id) => Object.entries(MODULES).find(([name]) => nameOf(name) === id)?.[1] ?? null
};
