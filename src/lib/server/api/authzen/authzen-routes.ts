import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import type { ProgramAnswer, ProgramRoute } from '../programs/program-route';
import { notKnown, problem } from '../programs/refusals';
import type { OpenRoute } from '../programs/route-kinds';
import { answerQuestion } from './decision-answer';
import { answerQuestions } from './evaluations';
import { BadQuestion, readObject, readQuestion } from './read-question';

const AT = '/access/v1';

/** AuthZEN Authorization API 1.0 (DEC-1). */
export function authzenRoutes(view: AuthorityView): ProgramRoute[] {
  const door = (
    path: string,
    permission: PermissionId,
    answer: (known: KnownAuthority, body: unknown) => unknown
  ): ProgramRoute => ({
    method: 'POST',
    path: `${AT}${path}`,
    permission,
    answer: (_caller, body) => Promise.resolve(answered(view, (known) => answer(known, body)))
  });
  return [
    door('/evaluation', 'tools.decisions.evaluate', (known, body) =>
      answerQuestion(known, readQuestion(readObject(body, 'the body')))
    ),
    door('/evaluations', 'tools.decisions.evaluate', answerQuestions)
  ];
}

/** Where the doors are, for whoever has not been told: it takes no key. */
export function discoveryRoute(origin: string): OpenRoute {
  const body = {
    policy_decision_point: origin,
    access_evaluation_endpoint: `${origin}${AT}/evaluation`,
    access_evaluations_endpoint: `${origin}${AT}/evaluations`,
    search_subject_endpoint: `${origin}${AT}/search/subject`,
    search_action_endpoint: `${origin}${AT}/search/action`,
    search_resource_endpoint: `${origin}${AT}/search/resource`
  };
  return {
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    answer: () => Promise.resolve({ status: 200, body })
  };
}

function answered(view: AuthorityView, answer: (known: KnownAuthority) => unknown): ProgramAnswer {
  const known = view.now();
  if (!known) return notKnown();
  try {
    return { status: 200, body: answer(known) };
  } catch (error) {
    if (error instanceof BadQuestion) return problem(400, error.message);
    throw error;
  }
}
