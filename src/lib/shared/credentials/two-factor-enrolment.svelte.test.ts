import { beforeEach, expect, test, vi } from 'vitest';
import { api } from '$lib/client/api/api';
import { TwoFactorEnrolment } from './two-factor-enrolment.svelte';

vi.mock('$lib/client/api/api', () => ({
  api: { auth: { beginTotp: { mutate: vi.fn() }, confirmTotp: { mutate: vi.fn() } } },
  isConnectionFault: (error: unknown) => error === 'lost',
  refusalOf: (error: unknown) => (error === 'wrong' ? { code: 'auth/wrong-code' } : null)
}));

const confirm = vi.mocked(api.auth.confirmTotp.mutate);
beforeEach(() => void confirm.mockReset());

test('[AUT-6] a code that was wrong is sent once, though it sends itself and *Verify* is pressed as well', async () => {
  const enrolment = new TwoFactorEnrolment();
  confirm.mockRejectedValue('wrong');
  enrolment.code = '123 456';
  expect(await enrolment.confirm()).toBeNull();
  expect(await enrolment.confirm()).toBeNull();
  expect(confirm.mock.calls).toEqual([[{ code: '123456' }]]);
  expect(enrolment.attempt.field('code')).toMatch(/^That code isn’t right/);

  enrolment.code = '654321';
  await enrolment.confirm();
  expect(confirm).toHaveBeenCalledTimes(2);
});

test('[AUT-6] a code whose answer was lost is sent again', async () => {
  const enrolment = new TwoFactorEnrolment();
  confirm.mockRejectedValueOnce('lost').mockResolvedValue({ recoveryCodes: [], next: 'ready' } as never);
  enrolment.code = '123456';
  expect(await enrolment.confirm()).toBeNull();
  expect(await enrolment.confirm()).toEqual({ recoveryCodes: [], next: 'ready' });
  expect(confirm).toHaveBeenCalledTimes(2);
});
