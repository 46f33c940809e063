import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { chunkGroups } from './scripts/chunk-groups.ts';
import { leanYjs } from './scripts/lean-yjs.ts';

export default defineConfig({
  plugins: [leanYjs, tailwindcss(), sveltekit()],
  build: { target: 'es2022' },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // A request takes longer than the few hundred bytes of an icon or of a small module, above all on a slow line. What pages
            // share is one file, with what it needs: a page asks for fifteen files instead of eighty, and for no more bytes.
            codeSplitting: {
              groups: chunkGroups()
            }
          }
        }
      }
    }
  }
});
