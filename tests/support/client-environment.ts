import type { Environment } from 'vitest/runtime';

/** Node, with modules built as for the browser: Svelte's effects run there only. Without a document. */
export default {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined })
} satisfies Environment;
