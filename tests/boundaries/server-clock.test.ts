import { expect, test } from 'vitest';
import { files, read } from './read-imports';

/** Code of pages: what they show and ask for is of the server, and a device's clock may be days behind. */
const PAGES = /^src\/lib\/(features|shared|ui)\//;
const DEVICE_CLOCK = /\bDate\.now\(\)|\bnew Date\(\)/g;
/** The clock of ui, which is told to ask the server's. */
const CLOCK = 'src/lib/ui/clock.svelte.ts';

test('[UX-3] pages measure ages and periods by the server’s clock (client/api/server-clock), never the device’s', () => {
  const found = files
    .filter((file) => PAGES.test(file) && file !== CLOCK)
    .flatMap((file) => [...read(file).matchAll(DEVICE_CLOCK)].map(([text]) => `${file}: ${text}`));
  expect(found).toEqual([]);
});
