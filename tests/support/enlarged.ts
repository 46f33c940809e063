import type { Page } from 'playwright-core';

/**
 * Page as somebody who sees badly has it: the window as the browser's zoom leaves it, and how many times larger text
 * is.
 */
export type Magnified = { what: string; viewport: { width: number; height: number }; text: number };

/**
 * Faults of a page that is enlarged in each of these ways: text that is cut in its height, or in its width without a
 * title that says it in full, a label larger than its control, bars that stay and leave less than half of the window,
 * and a page wider than it.
 */
export async function faultsEnlarged(page: Page, ways: readonly Magnified[]): Promise<string[]> {
  const faults: string[] = [];
  for (const how of ways) faults.push(...(await faultsAt(page, how)));
  return faults;
}

async function faultsAt(page: Page, how: Magnified): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize(how.viewport);
  await page.evaluate((text) => {
    document.documentElement.style.fontSize = `${text * 100}%`;
    // Who has it so has it when a page opens.
    dispatchEvent(new Event('resize'));
  }, how.text);
  const found = await page.evaluate(async () => {
    // Two frames: the layout of this size is there.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const faults: string[] = [];
    const overflow = document.documentElement.scrollWidth - innerWidth;
    if (overflow > 0) faults.push(`the page is ${overflow} px wider than the window`);
    const isSeen = (element: Element) => {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.closest('.sr-only, [aria-hidden=true], svg') === null;
    };
    const say = (element: Element, what: string) =>
      faults.push(
        `${what}: <${element.tagName.toLowerCase()}> ${(element.textContent ?? '').trim().slice(0, 60)}`
      );
    for (const element of document.body.querySelectorAll('*')) {
      const own = [...element.childNodes].filter(
        (node) => node.nodeType === 3 && node.textContent!.trim() !== ''
      );
      if (own.length === 0 || !isSeen(element)) continue;
      const style = getComputedStyle(element);
      const cuts =
        style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll';
      if (cuts && element.scrollHeight > element.clientHeight + 4 && style.webkitLineClamp === 'none')
        say(element, 'cut in its height');
      if (cuts && element.scrollWidth > element.clientWidth + 1 && element.closest('[title]') === null)
        say(element, 'cut in its width, without a title');
      const control = element.closest('button, a[href], [role=tab]');
      if (control === null || control.matches('.sr-only, p a, li a, dd a')) continue;
      const box = control.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(own[0]!);
      const text = range.getBoundingClientRect();
      if (
        text.height > 0 &&
        (text.top < box.top - 3 || text.bottom > box.bottom + 3) &&
        style.display !== 'inline'
      )
        say(control, 'larger than its control');
    }
    let covered = 0;
    for (const element of document.body.querySelectorAll('*')) {
      const { position } = getComputedStyle(element);
      if ((position !== 'sticky' && position !== 'fixed') || !isSeen(element)) continue;
      const box = element.getBoundingClientRect();
      const isBar = box.width > innerWidth * 0.6 && box.height < innerHeight * 0.9 && box.top < innerHeight;
      if (isBar && element.closest('[role=dialog]') === null)
        covered += Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    }
    if (covered > innerHeight / 2)
      faults.push(`bars that stay take ${Math.round(covered)} of ${innerHeight} px`);
    return [...new Set(faults)];
  });
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  if (before) await page.setViewportSize(before);
  return found.map((fault) => `${how.what}: ${fault}`);
}

const CONTROLS =
  'button, input:not([type=hidden]), select, textarea, [role=switch], [role=checkbox], [role=combobox], a[role=button]';

/**
 * Controls without an edge where the system gives the colours: grounds and shadows are gone there, and what has its
 * edge by them needs another one.
 */
export async function missingEdges(page: Page): Promise<string[]> {
  await page.evaluate((controls) => {
    const hasEdge = (style: CSSStyleDeclaration) =>
      style.borderTopStyle !== 'none' && style.borderTopWidth !== '0px';
    for (const element of document.querySelectorAll(controls)) {
      const style = getComputedStyle(element);
      const isSeen = element.checkVisibility() && element.getBoundingClientRect().width > 1;
      const hasGround =
        style.backgroundColor !== 'rgba(0, 0, 0, 0)' ||
        style.boxShadow.includes('inset') ||
        /0px 0px 0px 1px/.test(style.boxShadow);
      if (!isSeen || !hasGround || hasEdge(style)) continue;
      element.setAttribute('data-needs-edge', '');
    }
  }, CONTROLS);
  await page.emulateMedia({ forcedColors: 'active' });
  const missing = await page.evaluate(() =>
    [...document.querySelectorAll('[data-needs-edge]')].flatMap((element) => {
      const { borderTopStyle, borderTopWidth, outlineStyle, forcedColorAdjust } = getComputedStyle(element);
      const hasEdge =
        (borderTopStyle !== 'none' && borderTopWidth !== '0px') ||
        outlineStyle !== 'none' ||
        forcedColorAdjust === 'none';
      return hasEdge
        ? []
        : [
            `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`
          ];
    })
  );
  await page.emulateMedia({ forcedColors: null });
  return [...new Set(missing)];
}
