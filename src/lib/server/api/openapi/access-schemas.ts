import { z } from 'zod';
import type { EndpointDescription } from './endpoint-description';

// What the endpoints of decisions take and answer (AuthZEN Authorization API 1.0, and the snapshot).

const TEXT = z.string();
const Short = TEXT.max(254);
export const AnyObject = z.looseObject({});

const Properties = AnyObject.optional();
const Subject = z.looseObject({ type: Short, id: Short, properties: Properties });
const Action = z.looseObject({ name: Short, properties: Properties });
const Resource = z.looseObject({ type: Short, id: Short, properties: Properties });
const Question = z.looseObject({
  subject: Subject,
  action: Action,
  resource: Resource,
  context: AnyObject.optional()
});
const Questions = z.looseObject({
  subject: Subject.optional(),
  action: Action.optional(),
  resource: Resource.optional(),
  context: AnyObject.optional(),
  evaluations: z.array(Question.partial()).max(1000).optional(),
  options: z
    .looseObject({
      evaluations_semantic: z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']).optional()
    })
    .optional()
});
const Page = z.looseObject({ token: TEXT.optional(), limit: z.int().min(1).optional() }).optional();

const Decision = z.strictObject({
  decision: z.boolean(),
  context: z.union([
    z.strictObject({
      decision_id: z.uuid(),
      revision: z.int().optional(),
      reason: TEXT,
      reason_admin: TEXT.optional(),
      reason_user: TEXT
    }),
    z.strictObject({ error: z.strictObject({ status: z.int(), message: TEXT }) })
  ])
});
const found = (result: z.ZodType) => z.looseObject({ results: z.array(result), page: AnyObject.optional() });

const SUBJECT = { type: 'administrator', id: 'olga@northwind.example' };
const ACTION = { name: 'merge' };
const RESOURCE = { type: 'audience.contact_lists', id: '17' };

const EVALUATE = 'tools.decisions.evaluate';
const SEARCH = 'tools.decisions.search';
const SNAPSHOT = 'tools.decisions.snapshot';

const search = (kind: string, summary: string, schema: z.ZodType, example: object, result: z.ZodType) =>
  ({
    ...{ method: 'POST', path: `/access/v1/search/${kind}`, takes: SEARCH, summary },
    body: { schema, example },
    answers: { 200: found(result) }
  }) satisfies EndpointDescription;

const SEARCHES: EndpointDescription[] = [
  search(
    'subject',
    'Who of a type may do this.',
    Question.extend({ subject: Subject.partial({ id: true }), page: Page }),
    { subject: { type: 'administrator' }, action: ACTION, resource: RESOURCE },
    z.strictObject({ type: TEXT, id: TEXT })
  ),
  search(
    'action',
    'What somebody may do to this.',
    Question.extend({ page: Page }).omit({ action: true }),
    { subject: SUBJECT, resource: RESOURCE },
    z.strictObject({ name: TEXT })
  ),
  search(
    'resource',
    'Whether somebody may do this to records of a type: to all of them (`*`), or to none.',
    Question.extend({ resource: Resource.partial({ id: true }), page: Page }),
    { subject: SUBJECT, action: ACTION, resource: { type: RESOURCE.type } },
    z.strictObject({ type: TEXT, id: TEXT })
  )
];

const SINCE = { schema: { type: 'string', pattern: '^\\d{1,15}$' }, example: '0', required: true };
const ForwardRefused = z.looseObject({ code: TEXT });

export const ACCESS_ENDPOINTS: readonly EndpointDescription[] = [
  {
    ...{ method: 'POST', path: '/access/v1/evaluation', takes: EVALUATE },
    summary: 'Whether somebody may do this to that, and why.',
    body: { schema: Question, example: { subject: SUBJECT, action: ACTION, resource: RESOURCE } },
    answers: { 200: Decision }
  },
  {
    ...{ method: 'POST', path: '/access/v1/evaluations', takes: EVALUATE },
    summary: 'Many questions at once; what one leaves out it has from the request.',
    body: {
      schema: Questions,
      example: { subject: SUBJECT, resource: RESOURCE, evaluations: [{ action: ACTION }] }
    },
    answers: { 200: z.union([z.strictObject({ evaluations: z.array(Decision) }), Decision]) }
  },
  ...SEARCHES,
  {
    ...{ method: 'GET', path: '/access/v1/snapshot', takes: SNAPSHOT },
    summary: 'All that decisions are made of; `ETag` is the revision.',
    answers: {
      200: z.looseObject({
        revision: z.int(),
        catalogue: AnyObject,
        pause: z.strictObject({ until: z.number().nullable() }).nullable(),
        roles: z.array(AnyObject),
        principals: z.array(AnyObject)
      }),
      304: null
    }
  },
  {
    ...{ method: 'GET', path: '/access/v1/changes', takes: SNAPSHOT },
    summary: 'What changes in a snapshot, as it changes: `change`, `alive`, `reset`.',
    query: { since: SINCE },
    answers: { 200: 'text/event-stream' }
  },
  {
    ...{ method: 'GET', path: '/.well-known/authzen-configuration', takes: 'open' },
    summary: 'Where the endpoints of decisions are.',
    answers: { 200: z.looseObject({ policy_decision_point: TEXT, access_evaluation_endpoint: TEXT }) }
  },
  {
    ...{ method: 'GET', path: '/authz/forward', takes: 'proxy' },
    summary: 'Where proxies ask before they let a request through.',
    answers: { 204: null },
    refusals: {
      400: { words: 'Headers that say two things.', schema: ForwardRefused },
      403: { words: 'No: `code` says why.', schema: ForwardRefused }
    }
  }
];
