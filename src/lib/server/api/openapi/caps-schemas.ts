import { z } from 'zod';
import {
  CommitInput,
  ConsumeInput,
  LeaseInput,
  PeekInput,
  ReleaseInput,
  RenewInput,
  ReserveInput
} from '../../../protocol/caps-inputs';
import type { EndpointDescription } from './endpoint-description';

// What the endpoints of the ledger take and answer (docs/caps.md).

const TEXT = z.string();
const Granting = z.looseObject({
  granted: z.boolean(),
  binding: z.looseObject({}).nullable(),
  reason: TEXT.optional(),
  smtp: TEXT.nullable().optional(),
  revision: z.int()
});
const Charged = Granting.extend({ units: z.int() });
const Held = Charged.extend({ reservation: z.uuid().nullable(), expiresAt: TEXT.nullable() });
const Leased = Granting.extend({ lease: z.uuid().nullable(), expiresAt: TEXT.nullable() });
const Resolved = z.strictObject({ units: z.int(), returned: z.int() });
const Refused = z.looseObject({ code: TEXT, message: TEXT });

const SUBJECT = { type: 'administrator', id: 'olga@northwind.example' };
const KEY = 'campaign-17/batch-3';
const ID = '3f0a6c1e-5b1d-4c1e-9a55-6f2a0f3c9d05';
const CONSUME = 'quotas.ledger.consume';

const UNKNOWN = { 404: { words: 'There is no such reservation, lease or key of yours.', schema: Refused } };
const ENDED = { 409: { words: 'It was released or committed before, or ended by itself.', schema: Refused } };
const UNFIT = {
  422: { words: 'The key was used for another request, or more than is held.', schema: Refused }
};

const endpoint = (
  name: string,
  summary: string,
  body: EndpointDescription['body'],
  answer: z.ZodType,
  refusals: EndpointDescription['refusals']
): EndpointDescription => ({
  ...{ method: 'POST', path: `/caps/v1/${name}`, takes: CONSUME, summary },
  body: body!,
  answers: { 200: answer },
  refusals: refusals!
});

const ASK = { subject: SUBJECT, units: 500, key: KEY };

export const CAPS_ENDPOINTS: readonly EndpointDescription[] = [
  endpoint(
    'consume',
    'Charges units to every cap of a subject, or none.',
    { schema: ConsumeInput, example: ASK },
    Charged,
    {
      ...ENDED,
      ...UNFIT
    }
  ),
  endpoint(
    'reserve',
    'Holds units for a while.',
    { schema: ReserveInput, example: { ...ASK, key: 'campaign-17/batch-4', ttlSeconds: 300 } },
    Held,
    { ...ENDED, ...UNFIT }
  ),
  endpoint(
    'commit',
    'Charges what was held.',
    { schema: CommitInput, example: { reservation: ID, units: 480 } },
    Resolved,
    {
      ...UNKNOWN,
      ...ENDED,
      ...UNFIT
    }
  ),
  endpoint(
    'release',
    'Gives back what was held or charged.',
    { schema: ReleaseInput, example: { key: KEY } },
    Resolved,
    {
      ...UNKNOWN,
      ...ENDED
    }
  ),
  {
    ...{ method: 'POST', path: '/caps/v1/peek', takes: 'quotas.ledger.view_usage' },
    summary: 'What `consume` would say; nothing is written.',
    body: { schema: PeekInput, example: { subject: SUBJECT, units: 500 } },
    answers: { 200: Charged }
  },
  endpoint(
    'leases',
    'Takes one of a subject’s threads.',
    { schema: LeaseInput, example: { subject: SUBJECT, key: 'worker-7', ttlSeconds: 60 } },
    Leased,
    { ...ENDED, ...UNFIT }
  ),
  endpoint(
    'leases/renew',
    'Keeps a thread.',
    { schema: RenewInput, example: { lease: ID, ttlSeconds: 60 } },
    Leased,
    {
      ...UNKNOWN,
      ...ENDED
    }
  ),
  {
    ...{ method: 'DELETE', path: '/caps/v1/leases/*', takes: CONSUME },
    summary: 'Gives a thread back.',
    answers: { 204: null },
    refusals: UNKNOWN
  }
];
