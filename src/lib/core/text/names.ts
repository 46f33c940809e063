// Letters of other scripts that are drawn like Latin ones, folded so that "Аdmin" with a Cyrillic А counts as "Admin".
// Only the pairs that are indistinguishable in common typefaces (Unicode TR39 confusables, the single-letter subset).
const LOOK_ALIKES: Record<string, string> = Object.fromEntries(
  [
    'аa,вb,сc,еe,һh,іi,јj,кk,ӏl,мm,нh,оo,рp,ԛq,ѕs,тt,уy,ԝw,хx,ѵv,ԁd,ɡg', // Cyrillic and IPA
    'αa,βb,εe,ηn,ιi,κk,νv,οo,ρp,τt,υu,χx,γy', // Greek
    'ıi,ſs,ⅼl,ⅽc,ⅾd,ⅿm,ⅰi,ⅴv,ⅹx'
  ].flatMap((row) => row.split(',').map((pair) => [[...pair][0], [...pair][1]] as const))
);

/**
 * Characters that leave no mark on screen: they must not make two names different. U+2800 is the empty Braille cell.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/gu;

/** The invisible characters that writing needs: joiners (Persian, emoji) and the choice between text and picture. */
const NEEDED = /\u200C|\u200D|\uFE0E|\uFE0F/gu;

/** White space that is folded into one blank, among it the only controls that people paste without knowing. */
const WHITE_SPACE = /[^\S\uFEFF]+/gu;

/** Trims, composes (NFC) and folds runs of white space: what is stored and shown. */
export function tidyText(text: string): string {
  return text.normalize('NFC').replace(WHITE_SPACE, ' ').trim();
}

/**
 * The key under which a name is unique (ROL-12): names that look alike on screen have the same key. Compatibility
 * forms, case, invisible characters, combining marks' order and look-alike letters are folded.
 */
export function nameKey(name: string): string {
  const lower = tidyText(name.normalize('NFKC').replace(INVISIBLE, '')).toLowerCase();
  // Taken apart, so that a Cyrillic ї is folded like a Latin ï. The dot above an i is drawn whether it is written or
  // not.
  const letters = [...lower.normalize('NFD').replace(/(?<=[iıіj])\u0307/gu, '')];
  return letters
    .map((letter) => LOOK_ALIKES[letter] ?? letter)
    .join('')
    .normalize('NFC');
}

/** True when a text holds only what a name may hold: well-formed, no controls, no invisible or bidirectional marks. */
export function isPlainText(text: string): boolean {
  if (!text.isWellFormed()) return false;
  const visible = text.replace(WHITE_SPACE, ' ').replace(NEEDED, '');
  return visible.search(INVISIBLE) === -1;
}

/**
 * The key under which an email address is unique: an international domain stands in it as ASCII, however it was
 * written.
 */
export function emailKey(email: string): string {
  const text = email.trim().normalize('NFKC').toLowerCase();
  const at = text.lastIndexOf('@');
  return at < 0 ? text : text.slice(0, at + 1) + asciiDomain(text.slice(at + 1));
}

/** A domain of letters, digits, joiners, hyphens and dots, one of which is not ASCII. */
const INTERNATIONAL = /^(?=.*[^\0-\x7f])(?:[\p{L}\p{M}\p{N}.。-]|\u200C|\u200D)+$/u;

/** `пример.рф` → `xn--e1afmkfd.xn--p1ai`; what is no international domain stays as it is. */
function asciiDomain(domain: string): string {
  const address = `http://${domain}`;
  return INTERNATIONAL.test(domain) && URL.canParse(address) ? new URL(address).hostname : domain;
}
