/** Text so much larger than browsers ship with that lines do not hold any more what they were made for, in pixels. */
const LARGE_PX = 24;

/**
 * Says on `<html>` whether somebody has their text that large: words wrap then, instead of being cut off (UX-8). The
 * result ends it.
 */
export function tellLargeText(): () => void {
  const html = document.documentElement;
  const look = () =>
    html.toggleAttribute('data-large-text', Number.parseFloat(getComputedStyle(html).fontSize) >= LARGE_PX);
  look();
  addEventListener('resize', look);
  return () => removeEventListener('resize', look);
}
