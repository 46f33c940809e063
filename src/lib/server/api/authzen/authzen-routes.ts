import type { PermissionId } from '../../../core/access/catalogue/permission-ids';
import type { AuthorityView } from '../../services/decisions/authority-view';
import type { KnownAuthority } from '../../services/decisions/known-authority';
import { ownView, wholeView, type ProgramView } from '../../services/decisions/own-view';
import type { ProgramAnswer, ProgramCaller, ProgramRoute } from '../programs/program-route';
import { notKnown, problem } from '../programs/refusals';
import type { OpenRoute } from '../programs/route-kinds';
import { answerQuestion, type Decided } from './decision-answer';
import { answerQuestions } from './evaluations';
import type { PageKeys } from './page';
import { BadQuestion, readObject, readQuestion } from './read-question';
import { searchActions, searchResources, searchSubjects } from './search';

const AT = '/access/v1';

/** AuthZEN Authorization API 1.0 (DEC-1). */
export function authzenRoutes(
  view: AuthorityView,
  keys: PageKeys,
  /** Gives the listener for what a caller is answered at an endpoint. */
  hears: (caller: ProgramCaller, endpoint: string) => Decided
): ProgramRoute[] {
  const endpoint = (
    path: string,
    permission: PermissionId,
    answer: (known: KnownAuthority, body: unknown, decided: Decided) => unknown
  ): ProgramRoute => ({
    method: 'POST',
    path: `${AT}${path}`,
    permission,
    answer: (caller, body) =>
      Promise.resolve(answered(view, (known) => answer(known, body, hears(caller, `${AT}${path}`))))
  });
  /** The same for questions about one principal: a user asks them about itself. */
  const evaluation = (
    path: string,
    answer: (view: ProgramView, body: unknown, decided: Decided) => unknown
  ): ProgramRoute => ({
    method: 'POST',
    path: `${AT}${path}`,
    permission: 'tools.decisions.evaluate',
    aboutOneself: true,
    answer: (caller, body) =>
      Promise.resolve(
        answered(view, (known) => answer(viewOf(known, caller), body, hears(caller, `${AT}${path}`)))
      )
  });
  return [
    evaluation('/evaluation', (asked, body, decided) =>
      answerQuestion(asked, decided, readQuestion(readObject(body, 'the body')))
    ),
    evaluation('/evaluations', (asked, body, decided) => answerQuestions(asked, decided, body)),
    endpoint('/search/subject', 'tools.decisions.search', (known, body) => searchSubjects(known, keys, body)),
    endpoint('/search/action', 'tools.decisions.search', (known, body) => searchActions(known, keys, body)),
    endpoint('/search/resource', 'tools.decisions.search', (known, body) =>
      searchResources(known, keys, body)
    )
  ];
}

/**
 * Metadata with the addresses of the endpoints (AuthZEN discovery), for whoever has not been told: it takes no key.
 */
export function discoveryRoute(origin: string): Omit<OpenRoute, 'limit'> {
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
    caller: 'anybody',
    answer: () => Promise.resolve({ status: 200, body })
  };
}

function viewOf(known: KnownAuthority, { kind, id }: ProgramCaller): ProgramView {
  return kind === 'user' ? ownView(known, id) : wholeView(known);
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
