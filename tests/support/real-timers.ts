import { afterAll, vi } from 'vitest';

/** Set-up of all projects: files share a process, and one that stops its clock stops it for itself alone. */
afterAll(() => {
  vi.useRealTimers();
});
