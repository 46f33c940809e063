import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import type { CatalogueIndex } from '$lib/core/access/catalogue';
import type { Refusal } from '$lib/core/access/refusal';
import { exportFailure } from './export-failure';

const catalogue = {} as CatalogueIndex;
const refused = (refusal: Refusal) =>
  new TRPCClientError('no', { result: { error: { message: 'no', code: -32000, data: { refusal } } } });

test('[TEN-7] an export that did not come says whether it was the connection or the server', () => {
  const check = 'Couldn’t export your data. Check your connection, then try again.';
  expect(exportFailure(new TRPCClientError('no answer'), catalogue)).toBe(check);
  expect(exportFailure(refused({ code: 'auth/reauthenticate' }), catalogue)).toMatch(
    /^Couldn’t export your data\. .*password/
  );
  const fault = new Error('broken');
  expect(() => exportFailure(fault, catalogue)).toThrow(fault);
});
