import { passwordProblem } from '../../../core/sign-in/passwords';
import type { Refusal } from '../../../core/access/refusal';
import type { Settings } from '../../../core/settings/settings';
import { isCommonPassword } from '../../auth/common-passwords';

/** Words that say nothing about who chose a password: the product's, and what the person is called. */
function contextOf(person: { name: string; email: string }): string[] {
  return [person.name, ...person.name.split(/\s+/), ...person.email.split('@'), 'rolecall', 'administrator'];
}

/** The refusal for a password that may not be used, else null. */
export async function newPasswordRefusal(
  password: string,
  person: { name: string; email: string },
  rules: { minLength: number }
): Promise<Refusal | null> {
  const context = contextOf(person);
  const problem = passwordProblem(password, context.slice(0, -2), rules.minLength);
  if (problem !== null) return { code: 'input/invalid', field: 'password', message: problem };
  if (!(await isCommonPassword(password, context))) return null;
  return {
    code: 'input/invalid',
    field: 'password',
    message: 'This password is easy to guess. A sentence of your own works well.'
  };
}

/** Rules of a new password: the least length in characters, which is less where a second factor stands beside it. */
export function passwordRules(settings: Settings['passwords'], twoFactor: boolean): { minLength: number } {
  return { minLength: twoFactor ? settings.minLengthWith2fa : settings.minLength };
}
