import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { proxyRecipes } from './proxy-recipes';

const docs = readFileSync('docs/decisions-api.md', 'utf8');

test.each(proxyRecipes('http://127.0.0.1:3000'))(
  '[DEC-4] the recipe for $label in the documentation is the one in the console',
  ({ text }) => expect(docs).toContain(`\n${text}\`\`\`\n`)
);

test.each(proxyRecipes('https://rolecall.example.com'))(
  '[DEC-4] the recipe for $label asks this installation, and keeps the key from the program behind',
  ({ text }) => {
    expect(text).toContain('https://rolecall.example.com');
    expect(text).toMatch(/Authorization "";|-Authorization|Authorization: ''/);
  }
);
