import { TRPCError } from '@trpc/server';
import type { Refusal } from '../../../core/access/refusal';

type TrpcCode = ConstructorParameters<typeof TRPCError>[0]['code'];

/** A refusal on its way out through tRPC. */
export class RefusedError extends TRPCError {
  override name = 'RefusedError';
  constructor(readonly refusal: Refusal) {
    super({ code: trpcCode(refusal), message: refusal.code });
  }
}

const UNAUTHORIZED = new Set<Refusal['code']>([
  'auth/signed-out',
  'auth/key',
  'auth/wrong-credentials',
  'auth/wrong-code'
]);

function trpcCode(refusal: Refusal): TrpcCode {
  if (UNAUTHORIZED.has(refusal.code)) return 'UNAUTHORIZED';
  if (refusal.code === 'auth/throttled' || refusal.code === 'busy') return 'TOO_MANY_REQUESTS';
  if (refusal.code.startsWith('access/') || refusal.code.startsWith('auth/')) return 'FORBIDDEN';
  if (refusal.code.startsWith('conflict/') || refusal.code === 'input/taken') return 'CONFLICT';
  return refusal.code === 'not-found' ? 'NOT_FOUND' : 'BAD_REQUEST';
}
