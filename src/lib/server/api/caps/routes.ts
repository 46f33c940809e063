import type { z } from 'zod';
import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import {
  CommitInput,
  ConsumeInput,
  LeaseInput,
  PeekInput,
  ReleaseInput,
  RenewInput,
  ReserveInput
} from '../../../protocol/caps-inputs';
import { settlingGate, type AskGate } from '../../services/quotas/ask-gate';
import { consume, peek, reserve, type CallerScope, type LedgerAnswer } from '../../services/quotas/ledger';
import { LedgerUnavailable } from '../../services/quotas/insist';
import { endLease, lease, renew } from '../../services/quotas/leases';
import { postfixKeyHead, POSTFIX_SCOPE } from '../../services/quotas/postfix-keys';
import type { AskBatcher } from '../../services/quotas/merged-asks';
import { commit, release } from '../../services/quotas/reservations';
import type { SendRefusals } from '../../services/quotas/send-refusals';
import type { LayerAsk, SendingLayers } from '../../services/quotas/sending-layers';
import type { Deps } from '../../services/write-path/deps';
import type { ProgramAnswer, ProgramCaller, ProgramRoute } from '../programs/program-route';
import { notKnown } from '../programs/refusals';
import { granting, refusing, resolving } from './answers';

const CONSUME: PermissionId = 'quotas.ledger.consume';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LEASES = '/caps/v1/leases/';

/**
 * The endpoints of the ledger for programs: whoever sends asks here before it sends (docs/caps.md). In one piece: a
 * list of endpoints.
 */
export function capsRoutes(
  deps: Pick<Deps, 'db'>,
  {
    layers,
    refusals,
    gate,
    batcher
  }: { layers: SendingLayers; refusals: SendRefusals; gate: AskGate; batcher: AskBatcher }
): ProgramRoute[] {
  const noted = <A extends object>(answer: A, units: number): A => {
    if (isAnswer(answer)) refusals.heard(answer, units);
    return answer;
  };
  const asking = [
    endpoint('consume', CONSUME, ConsumeInput, async (caller, input) =>
      granting(noted(await consume({ ...deps, batcher }, caller, input), input.units), input)
    ),
    endpoint('reserve', CONSUME, ReserveInput, async (caller, input) =>
      granting(noted(await reserve({ ...deps, batcher }, caller, input), input.units), input)
    )
  ];
  const endpoints = [
    endpoint('commit', CONSUME, CommitInput, async (caller, { reservation, units = null }) =>
      resolving(await commit(deps, caller, { reservation, units }))
    ),
    endpoint('release', CONSUME, ReleaseInput, async (caller, input, kind) => {
      if (!('postfix' in input)) return resolving(await release(deps, caller, input));
      // The keys of the mail servers are no person's: whoever signs in cannot give back what others sent.
      if (kind !== 'application') return refusing('ledger/unknown');
      const { mta, queueId } = input.postfix;
      return resolving(await release(deps, POSTFIX_SCOPE, { keyHead: postfixKeyHead(mta, queueId) }));
    }),
    endpoint('peek', 'quotas.ledger.view_usage', PeekInput, async (_, input) =>
      granting(await peek(deps, input), input)
    ),
    endpoint('leases', CONSUME, LeaseInput, async (caller, input) =>
      granting(noted(await lease(deps, caller, input), 1), input)
    ),
    endpoint('leases/renew', CONSUME, RenewInput, async (caller, input) => {
      const answer = await renew(deps, caller, input);
      return 'refused' in answer ? refusing(answer.refused) : granting(answer);
    }),
    {
      method: 'DELETE',
      path: `${LEASES}*`,
      permission: CONSUME,
      async answer(caller, _, request) {
        const id = new URL(request.url ?? '', 'http://localhost').pathname.slice(LEASES.length);
        if (!UUID.test(id)) return refusing('ledger/unknown');
        return unlessUnavailable(async () => {
          await endLease(deps, scopeOf(caller), id);
          return { status: 204 };
        });
      }
    }
  ] satisfies ProgramRoute[];
  const settling = settlingGate();
  // Who asks for units waits for the batcher.
  return [
    ...asking.map((each) => noting(layers, each)),
    ...endpoints.map((each) => noting(layers, gated(ENDS.test(each.path) ? settling : gate, each)))
  ];
}

/** An answer of the ledger, and no refusal of the ask itself. */
function isAnswer(answer: object): answer is Omit<LedgerAnswer, 'units'> {
  return 'sender' in answer;
}

/** Paths of endpoints that give back, or settle, what was given. */
const ENDS = /\/(commit|release|leases\/\*)$/;

/** An endpoint that takes JSON of one shape. */
function endpoint<S extends z.ZodType>(
  name: string,
  permission: PermissionId,
  schema: S,
  act: (caller: CallerScope, input: z.output<S>, kind: ProgramCaller['kind']) => Promise<ProgramAnswer>
): ProgramRoute {
  return {
    method: 'POST',
    path: `/caps/v1/${name}`,
    permission,
    async answer(caller, body) {
      const parsed = schema.safeParse(body);
      if (parsed.success) return unlessUnavailable(() => act(scopeOf(caller), parsed.data, caller.kind));
      const issue = parsed.error.issues[0]!;
      const field = issue.path.join('.');
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : null;
      const message = unknown === null ? issue.message : `There is no field ${unknown}.`;
      return { status: 400, body: { code: 'input/invalid', field, message } };
    }
  };
}

/** The same endpoint, which waits for its turn. */
function gated(gate: AskGate, route: ProgramRoute): ProgramRoute {
  return { ...route, answer: (...asked) => unlessUnavailable(() => gate.run(() => route.answer(...asked))) };
}

/** The same endpoint, which notes who was granted or refused something. */
function noting(layers: SendingLayers, route: ProgramRoute): ProgramRoute {
  return {
    ...route,
    async answer(caller, ...asked) {
      const answer = await route.answer(caller, ...asked);
      const came = cameTo(answer);
      const from = { caller: scopeOf(caller), address: caller.request.ip };
      if (came) layers.heard({ door: 'http', ...from, units: true, answer: came });
      return answer;
    }
  };
}

/** Outcome of an ask; null when it asked for nothing to be granted. */
function cameTo({ status, body }: ProgramAnswer): LayerAsk['answer'] | null {
  if (status === 503) return { unanswered: 'the ledger does not answer' };
  const { granted, reason } = (body ?? {}) as { granted?: boolean; reason?: string };
  if (granted === undefined) return null;
  if (granted) return 'granted';
  return reason === 'unknown-subject' ? 'unknown' : 'refused';
}

/** The answer, or that it is worth asking again: without its database the ledger grants nothing. */
async function unlessUnavailable(answer: () => Promise<ProgramAnswer>): Promise<ProgramAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof LedgerUnavailable) return notKnown();
    throw error;
  }
}

/** Keys are those of the application or the administrator, whichever of its API keys it called with. */
function scopeOf({ kind, id }: ProgramCaller): CallerScope {
  return `${kind}:${id}`;
}
