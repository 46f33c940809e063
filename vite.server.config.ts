import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The programs that run outside of SvelteKit, by the names they get in `build/server`. */
const PROGRAMS = {
  serve: at('src/programs/server.ts'),
  'ws-server': at('src/programs/sync-server.ts'),
  admin: at('src/programs/admin.ts')
};

export default defineConfig({
  publicDir: false,
  resolve: { alias: { $lib: at('src/lib') } },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'build/server',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(PROGRAMS).filter(([, path]) => existsSync(path))),
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
    }
  }
});
