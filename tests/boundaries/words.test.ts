import { expect, test } from 'vitest';
import { files, isIn, read } from './read-imports';

// docs/words.md, as far as a machine can hold it.

const PLACES = [
  ...['src/lib/features', 'src/lib/shared', 'src/lib/ui', 'src/lib/core/wording', 'src/routes'],
  ...['src/lib/server/services/mail', 'src/lib/server/services/log/wording']
];

/** Words that administrators do not say. */
const NOT_OURS =
  /\b([Ss]omebody|[Nn]obody|[Ee]verybody|[Aa]nybody|[Mm]eanwhile|[Ww]ent well|[Pp]resent password|[Ff]or ever|[Ii]t takes “|[Yy]ou may not|did not land|[Ww]ay in|[Tt]wo factors|[Nn]eeds a connection|[Ff]or good)(?![-\w])/;

/** The texts of a file that somebody may read: strings, and what stands between tags; comments and code are not. */
function texts(file: string): string[] {
  const source = read(file)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');
  const strings = [...source.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? ''
  );
  const markup = file.endsWith('.svelte')
    ? [...source.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/>([^<>{}]+)[<{]/g)].map(
        ([, text]) => text ?? ''
      )
    : [];
  return [...strings, ...markup];
}

const shown = files.filter((file) => PLACES.some((place) => isIn(file, place)));

test('pages say what administrators say (docs/words.md)', () => {
  const offences = shown.flatMap((file) =>
    texts(file)
      .filter((text) => NOT_OURS.test(text))
      .map((text) => `${file}: ${text.trim().slice(0, 80)}`)
  );
  expect(offences).toEqual([]);
});

test('the texts of pages are found, of every form', () => {
  const all = shown.flatMap(texts).map((text) => text.trim());
  expect(all).toContain('Nothing needs your attention');
  expect(all).toContain('Sent to others');
  expect(all).toContain('The passwords don’t match.');
  expect(NOT_OURS.test('Nobody holds this role')).toBe(true);
  expect(NOT_OURS.test('No one has this role')).toBe(false);
});
