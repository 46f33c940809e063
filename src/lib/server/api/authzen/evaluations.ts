import type { ProgramView } from '../../services/decisions/own-view';
import { answerQuestion, type Decided, type DecisionAnswer } from './decision-answer';
import { BadQuestion, member, readContext, readObject, readQuestion, type JsonObject } from './read-question';

/** Questions in one request of staff's programs, and of a user's about itself. */
const MOST = 1000;
const MOST_OF_USERS = 100;
/** Answers after which the rest is left unasked. */
const STOPS: Record<string, (answer: DecisionAnswer) => boolean> = {
  execute_all: () => false,
  deny_on_first_deny: ({ decision }) => !decision,
  permit_on_first_permit: ({ decision }) => decision
};
const INHERITED = ['subject', 'action', 'resource', 'context'] as const;

/**
 * Many questions at once. What an item leaves out it has from the request; what it has replaces the whole of that.
 * Without items the request is a single question.
 * @throws BadQuestion
 */
export function answerQuestions(
  view: ProgramView,
  decided: Decided,
  body: unknown
): DecisionAnswer | { evaluations: DecisionAnswer[] } {
  const whole = readObject(body, 'the body');
  const items = member(whole, 'evaluations');
  const stops = readSemantic(whole);
  if (items === undefined || (Array.isArray(items) && items.length === 0))
    return answerQuestion(view, decided, readQuestion(whole));
  if (!Array.isArray(items)) throw new BadQuestion('evaluations must be an array');
  const most = view.isOwn ? MOST_OF_USERS : MOST;
  if (items.length > most) throw new BadQuestion(`evaluations has more than ${most} items`);
  readDefaults(whole);
  const evaluations: DecisionAnswer[] = [];
  for (const item of items as unknown[]) {
    const answer = answerItem({ view, decided }, whole, item);
    evaluations.push(answer);
    if (stops(answer)) break;
  }
  return { evaluations };
}

/** An item that is no question is a no of its own, and the others are answered. */
function answerItem(
  { view, decided }: { view: ProgramView; decided: Decided },
  whole: JsonObject,
  item: unknown
): DecisionAnswer {
  try {
    const own = readObject(item, 'an item of evaluations');
    const asked = Object.fromEntries(
      INHERITED.map((name) => [name, member(own, name) ?? member(whole, name)])
    );
    return answerQuestion(view, decided, readQuestion(asked));
  } catch (error) {
    if (!(error instanceof BadQuestion)) throw error;
    return { decision: false, context: { error: { status: 400, message: error.message } } };
  }
}

function readDefaults(whole: JsonObject): void {
  for (const name of ['subject', 'action', 'resource'] as const) {
    const value = member(whole, name);
    if (value !== undefined) readObject(value, name);
  }
  readContext(whole);
}

function readSemantic(whole: JsonObject): (answer: DecisionAnswer) => boolean {
  const options = member(whole, 'options');
  const semantic =
    options === undefined
      ? 'execute_all'
      : (member(readObject(options, 'options'), 'evaluations_semantic') ?? 'execute_all');
  const stops = typeof semantic === 'string' && Object.hasOwn(STOPS, semantic) ? STOPS[semantic] : undefined;
  if (!stops)
    throw new BadQuestion(`options.evaluations_semantic must be one of ${Object.keys(STOPS).join(', ')}`);
  return stops;
}
