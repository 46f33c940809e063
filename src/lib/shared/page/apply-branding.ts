import { accentTokens } from '$lib/core/settings/accent-tokens';
import type { Settings } from '$lib/core/settings/settings';
import { wearLogo } from '$lib/ui/logo.svelte';

const COLOUR = /^#[0-9a-f]{6}$/i;

/** Gives the page the installation's own mark and colour (SET-1). */
export function wearBranding({ accent, logo }: Pick<Settings['branding'], 'accent' | 'logo'>): void {
  wearLogo(logo);
  const { style } = document.documentElement;
  const worn = accentTokens(accent !== null && COLOUR.test(accent) ? accent : '#000000');
  for (const name of Object.keys(worn.light) as (keyof typeof worn.light)[]) {
    if (accent === null || !COLOUR.test(accent)) style.removeProperty(`--${name}`);
    // The theme may change while the page is open: one value holds both.
    else style.setProperty(`--${name}`, `light-dark(${worn.light[name]}, ${worn.dark[name]})`);
  }
}
