import { randomUUID } from 'node:crypto';
import { evaluate, type DecisionReason } from '../../../core/access/decisions/evaluate';
import { decisionAdvice, decisionReason } from '../../../core/wording/decisions';
import type { ProgramView } from '../../services/decisions/own-view';
import type { Question } from './read-question';

/** A decision as AuthZEN sends it, with its reason. */
export type DecisionAnswer = {
  decision: boolean;
  context:
    | {
        decision_id: string;
        /**
         * This and `reason_admin` are for staff's programs: a user is told neither how far the log is nor what roles
         * are called.
         */
        revision?: number;
        /** A stable code. */
        reason: string;
        reason_admin?: string;
        reason_user: string;
      }
    | { error: { status: number; message: string } };
};

/** Is told of each decision, by its deciding reason: permits are counted, denials are told in the log (DEC-6). */
export type Decided = (reason: DecisionReason, permission: string) => void;

export function answerQuestion(
  view: ProgramView,
  decided: Decided,
  { subject, action, resource }: Question
): DecisionAnswer {
  const { decision, reasons } = evaluate(view, subject, action, resource, Date.now());
  const [reason] = reasons;
  decided(reason, `${resource.type}.${action}`);
  const decision_id = randomUUID();
  const reason_user = decisionAdvice(reason);
  if (view.isOwn) return { decision, context: { decision_id, reason: reason.code, reason_user } };
  const reason_admin = decisionReason(view.catalogue, reason);
  const { revision } = view;
  return { decision, context: { decision_id, revision, reason: reason.code, reason_admin, reason_user } };
}
