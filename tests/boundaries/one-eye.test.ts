import { expect, test } from 'vitest';
import { files, read } from './read-imports';

test('[UX-1] one eye shows a password and its confirmation', () => {
  const fields = files
    .filter((file) => file.endsWith('.svelte'))
    .flatMap((file) =>
      [...read(file).matchAll(/<PasswordField\b[^>]*?label=["{]confirm[\s\S]*?\/>/gi)].map(([field]) => ({
        file,
        one: field.includes('eye={false}') && field.includes('{shown}'),
        bound: read(file).includes('bind:shown')
      }))
    );
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) expect(field).toMatchObject({ one: true, bound: true });
});
