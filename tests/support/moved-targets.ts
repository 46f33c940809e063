import type { Page } from 'playwright-core';

/** Milliseconds by which what a page is made of comes late, each kind by its own; answers take turns. */
const LATE = { answers: [100, 300], messages: 200, files: 50 };

declare global {
  interface Window {
    /** Names of what can be pressed and moved after it was shown, each with from where to where. */
    movedTargets: Map<string, string>;
  }
}

/**
 * Notes from the first frame on what can be pressed and moves, in every document that the page opens: what was shown
 * for some frames, and then stands elsewhere. Rows of lists are none of it, as they follow what happens, nor is what
 * moves because the connection is gone, or back, which is said above everything else.
 */
export async function watchTargets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const TARGETS = 'a[href], button, input, select, textarea, [role=switch], [role=checkbox], [role=tab]';
    /** A press in the middle of a target still meets it. */
    const NEAR_PX = 16;
    let seen = new WeakMap<Element, { x: number; y: number; frames: number }>();
    let notesBefore = 0;
    window.movedTargets = new Map();
    const look = () => {
      const said = [...document.querySelectorAll('[role=status]')];
      const notes = said.filter(({ textContent }) => /offline|connection/i.test(textContent ?? '')).length;
      if (notes !== notesBefore) seen = new WeakMap();
      notesBefore = notes;
      for (const target of document.querySelectorAll<HTMLElement>(TARGETS)) {
        if (target.closest('tr, [role=row], [role=feed]')) continue;
        const { left, top, width, height } = target.getBoundingClientRect();
        const isShown = target.checkVisibility({ visibilityProperty: true, opacityProperty: true });
        if (width === 0 || height === 0 || !isShown) continue;
        const [x, y] = [Math.round(left + scrollX), Math.round(top + scrollY)];
        const before = seen.get(target);
        if (before && Math.hypot(before.x - x, before.y - y) <= NEAR_PX) {
          before.frames += 1;
          continue;
        }
        if (before && before.frames > 2) {
          const name = target.getAttribute('aria-label') || target.innerText || target.id;
          const moved = `${before.x},${before.y} → ${x},${y}`;
          window.movedTargets.set(`${target.tagName.toLowerCase()} “${name.trim().slice(0, 40)}”`, moved);
        }
        seen.set(target, { x, y, frames: 0 });
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Makes everything that a page is made of come late, and at different moments. */
export async function comesLate(page: Page): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  let turn = 0;
  await page.route('**/trpc/**', async (route) => {
    await pause(LATE.answers[turn++ % LATE.answers.length]!);
    await route.continue().catch(() => undefined);
  });
  await page.route('**/_app/**', async (route) => {
    await pause(LATE.files);
    await route.continue().catch(() => undefined);
  });
  await page.routeWebSocket(/\/sync\//, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => void pause(LATE.messages).then(() => socket.send(message)));
  });
}
