import type { HandleServerError } from '@sveltejs/kit';
import { expect, test, vi } from 'vitest';
import { requestScope } from '$lib/server/api/http/request-scope';
import { handleError } from './hooks.server';

/** What the program's log is told when a page answers with a status. */
function told(status: number) {
  const error = vi.fn();
  const scope = { log: { error }, facts: { id: 'r1' }, wasCut: () => false };
  const fault = { error: new Error('no'), event: { url: new URL('http://host/x') }, status, message: '' };
  void requestScope.run(scope as never, () =>
    handleError(fault as unknown as Parameters<HandleServerError>[0])
  );
  return error.mock.calls.length;
}

test('[UX-4] a request that cannot be read is no error of the program, a page that fails is', () => {
  expect([400, 404, 405, 415].map(told)).toEqual([0, 0, 0, 0]);
  expect(told(500)).toBe(1);
});
