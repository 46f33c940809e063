import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    adapter: adapter({ out: 'build/web', precompress: true }),
    // The tests, the benches and the outer server are type-checked together with the app.
    typescript: {
      config: (config) => ({
        ...config,
        include: [
          ...config.include,
          '../ws-server/**/*.ts',
          '../scripts/**/*.ts',
          '../packages/*/src/**/*.ts',
          '../verifier/**/*.mjs',
          '../verifier/**/*.ts',
          '../scripts/**/*.mjs',
          '../tests/**/*.ts',
          '../bench/**/*.ts',
          '../*.config.ts'
        ],
        // The service worker names what it needs of its scope itself: it is checked with the rest.
        exclude: config.exclude.filter((/** @type {string} */ path) => path !== '../src/service-worker.ts')
      })
    },
    // `version.name` stays Kit's own, the time of the build: a service worker tells an older build from a newer one by it.
    // The pages register it themselves, to be told of updates.
    serviceWorker: { register: false },
    // Absolute addresses of assets: the same shell serves every page.
    paths: { relative: false },
    csp: {
      // Nonces for what the server renders, hashes for the prerendered shell that the service worker keeps (docs/decisions).
      mode: 'auto',
      directives: {
        'default-src': ['none'],
        'script-src': ['self'],
        'style-src-elem': ['self'],
        // Positioning of popovers and virtual rows is inline style by nature; no inline <style> is allowed.
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'data:'],
        'font-src': ['self'],
        // In development Vite tells the page of changes over a socket of its own.
        'connect-src': process.env.ROLECALL_DEV ? ['self', 'ws://localhost:24678'] : ['self'],
        'manifest-src': ['self'],
        'worker-src': ['self'],
        'form-action': ['self'],
        'base-uri': ['none'],
        'object-src': ['none'],
        'frame-ancestors': ['none']
      }
    },
    // The outer server decides Host and Origin for every request, at run time (docs/decisions).
    csrf: { trustedOrigins: ['*'] }
  }
};
