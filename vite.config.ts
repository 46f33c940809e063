import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  build: { target: 'es2022' },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // A request takes longer than the few hundred bytes of an icon, above all on a slow line.
            codeSplitting: {
              groups: [{ name: 'icons', test: /@lucide\/svelte/, minShareCount: 2 }]
            }
          }
        }
      }
    }
  }
});
