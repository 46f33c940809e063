// Letters of other scripts that are drawn like Latin ones, folded so that "Аdmin" with a Cyrillic А counts as "Admin".
// Only the pairs that are indistinguishable in common typefaces (Unicode TR39 confusables, the single-letter subset).
const LOOK_ALIKES: Record<string, string> = Object.fromEntries(
  [
    'аa,вb,сc,еe,һh,іi,јj,кk,ӏl,мm,нh,оo,рp,ԛq,ѕs,тt,уy,ԝw,хx,ѵv,ԁd,ɡg', // Cyrillic and IPA
    'αa,βb,εe,ηn,ιi,κk,νv,οo,ρp,τt,υu,χx,γy', // Greek
    'ıi,ſs,ⅼl,ⅽc,ⅾd,ⅿm,ⅰi,ⅴv,ⅹx'
  ].flatMap((row) => row.split(',').map((pair) => [[...pair][0], [...pair][1]] as const))
);

/** Characters that take no room on screen: they must not make two names different. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu;

/** Trims, composes (NFC) and folds runs of white space: what is stored and shown. */
export function tidyText(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * The key under which a name is unique (ROL-12): names that look alike on screen have the same key. Compatibility
 * forms, case, invisible characters, combining marks' order and look-alike letters are folded.
 */
export function nameKey(name: string): string {
  const folded = tidyText(name.normalize('NFKC').replace(INVISIBLE, '')).toLowerCase();
  return [...folded].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
}

/** True when a text holds only what a name may hold: no controls, no invisible or bidirectional marks, well-formed. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Cs}\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u.test(text);
}

/** The key under which an email address is unique. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}
