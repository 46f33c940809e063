import type { Page } from 'playwright-core';

/** Smallest side of what a finger presses, in px. */
const LEAST = 44;

/**
 * Controls that a finger misses: pressed 20 px beside its middle, above, below, left or right, something else would
 * be hit. Links within a sentence are as high as their line, and what is wider or higher is pressed in its middle.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(async (least) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const CONTROLS =
      'button, a[href], input:not([type=hidden]), select, textarea, [role=button], [role=tab], [role=switch], [role=checkbox], [role=radio], [role=option], [role=menuitem]';
    const inSentence = (element: Element) =>
      element.matches('a[href], button') &&
      element.closest('p, li, dd, td, label, h1, h2, h3') !== null &&
      getComputedStyle(element).display.startsWith('inline') &&
      getComputedStyle(element).display !== 'inline-flex';
    const faults: string[] = [];
    const reach = least / 2 - 2;
    for (const control of document.body.querySelectorAll<HTMLElement>(CONTROLS)) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (control.closest('[inert], [aria-hidden=true], .sr-only') || control.matches(':disabled')) continue;
      // The finger is its row's.
      if (getComputedStyle(control).pointerEvents === 'none') continue;
      const first = control.getBoundingClientRect();
      if (first.width <= 1 || first.height <= 1 || inSentence(control)) continue;
      control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      // A link that opens its row is as large as that.
      const row = control.matches('.row-link') ? control.closest('tr, li') : null;
      const box = (row ?? control).getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const labels = 'labels' in control ? [...((control.labels as NodeListOf<Element> | null) ?? [])] : [];
      const isHit = (dx: number, dy: number) => {
        const [px, py] = [x + dx, y + dy];
        if (px < 0 || py < 0 || px >= innerWidth || py >= innerHeight) return true;
        const hit = document.elementFromPoint(px, py);
        return (
          hit !== null &&
          (control.contains(hit) ||
            (hit.contains(control) && hit.matches('label, a, button')) ||
            labels.some((label) => label.contains(hit)))
        );
      };
      const missed = [
        [0, -reach],
        [0, reach],
        [-reach, 0],
        [reach, 0]
      ].filter(([dx = 0, dy = 0]) => !isHit(dx, dy));
      if (missed.length === 0) continue;
      const name = (control.getAttribute('aria-label') ?? control.textContent ?? '').trim().slice(0, 40);
      faults.push(
        `<${control.tagName.toLowerCase()}> ${name} (${Math.round(box.width)} × ${Math.round(box.height)})`
      );
    }
    return faults;
  }, LEAST);
}
