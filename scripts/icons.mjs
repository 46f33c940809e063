// Draws the icons of the installed app from static/favicon.svg, with a Chromium (CHROMIUM_PATH). They are committed:
// run it after the favicon changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { PROJECT } from './project.mjs';

/**
 * A maskable icon is cut to a circle by some launchers: its drawing stays inside the middle four fifths, on full
 * colour.
 */
const ICONS = [
  { file: 'icon-192.png', size: 192, inset: 0, ground: 'transparent' },
  { file: 'icon-512.png', size: 512, inset: 0, ground: 'transparent' },
  { file: 'icon-maskable-512.png', size: 512, inset: 0.1, ground: '#0b6a56' },
  { file: 'icon-180.png', size: 180, inset: 0, ground: '#0b6a56' }
];

const drawing = readFileSync(join(PROJECT, 'static/favicon.svg')).toString('base64');
const browser = await chromium.launch({
  ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
  args: ['--no-sandbox', '--disable-gpu']
});
try {
  for (const { file, size, inset, ground } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const margin = Math.round(size * inset);
    await page.setContent(
      `<body style="margin:0;background:${ground}"><img style="display:block;padding:${margin}px;box-sizing:border-box" ` +
        `width="${size}" height="${size}" src="data:image/svg+xml;base64,${drawing}"></body>`
    );
    await page.locator('img').evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
    writeFileSync(join(PROJECT, 'static', file), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
