export type Rgb = readonly [red: number, green: number, blue: number];

/** Least contrast of text (WCAG 2.2, 1.4.3). */
export const READABLE = 4.5;

const HEX = /^#[0-9a-f]{6}$/i;
const WHITE: Rgb = [255, 255, 255];

/** Problem with a colour as the installation's accent, as a sentence for the field; null when it may be used. */
export function accentProblem(colour: string): string | null {
  if (!HEX.test(colour)) return 'A colour is written like #0b6a56.';
  const ratio = contrastOnWhite(colour);
  return ratio >= READABLE
    ? null
    : `Too light to read on white: the contrast is ${ratio.toFixed(1)} and must be at least ${READABLE}.`;
}

/** Contrast of `#rrggbb` on white, from 1 to 21. */
export function contrastOnWhite(colour: string): number {
  return (luminance(WHITE) + 0.05) / (luminance(channels(colour)) + 0.05);
}

export function channels(colour: string): Rgb {
  const at = (index: number) => Number.parseInt(colour.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}

/** Relative luminance (WCAG 2.2). */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
