import { channels, luminance, READABLE, type Rgb } from './accent';

/** The values of the design that an installation's own colour replaces, in one theme. */
export type AccentTokens = Record<
  'accent' | 'accent-hover' | 'accent-text' | 'accent-soft' | 'accent-line' | 'on-accent' | 'selected',
  string
>;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** Surfaces of the two themes (tokens.css). */
const SURFACE = { light: WHITE, dark: [21, 26, 24] as Rgb };

/** The design's own accent in both themes, as far as it is shown apart from the page (tokens.css). */
export const SHIPPED_ACCENT = {
  light: { accent: '#0b6a56', 'accent-text': '#0b6a56', 'on-accent': '#ffffff' },
  dark: { accent: '#45c9a5', 'accent-text': '#56d1af', 'on-accent': '#04211a' }
} as const satisfies Record<'light' | 'dark', Partial<AccentTokens>>;

/** An accent `#rrggbb` as both themes wear it: readable on the surface, with text that is readable on it (SET-1). */
export function accentTokens(colour: string): { light: AccentTokens; dark: AccentTokens } {
  return { light: tokens(channels(colour), 'light'), dark: tokens(channels(colour), 'dark') };
}

/** Contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function tokens(own: Rgb, theme: 'light' | 'dark'): AccentTokens {
  const surface = SURFACE[theme];
  const away = theme === 'light' ? BLACK : WHITE;
  const accent = readableOn(surface, own, away);
  const soft = mix(surface, accent, theme === 'light' ? 0.12 : 0.2);
  return {
    accent: hex(accent),
    'accent-hover': hex(mix(accent, away, 0.14)),
    'accent-text': hex(readableOn(soft, accent, away)),
    'accent-soft': hex(soft),
    // What is chosen in a list: the same hue, quieter than `soft`.
    selected: hex(mix(surface, accent, theme === 'light' ? 0.09 : 0.14)),
    'accent-line': hex(mix(surface, accent, 0.5)),
    // The accent stands out from the surface, so what resembles the surface stands out from the accent.
    'on-accent': hex(theme === 'light' ? WHITE : BLACK)
  };
}

/** The colour itself, or the nearest one towards `away` that can be read on the ground. */
function readableOn(ground: Rgb, colour: Rgb, away: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const tried = mix(colour, away, share);
    if (contrast(tried, ground) >= READABLE) return tried;
  }
  return away;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(a[index] + (b[index] - a[index]) * share);
  return [part(0), part(1), part(2)];
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
