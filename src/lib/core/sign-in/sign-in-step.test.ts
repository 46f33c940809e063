import { expect, test } from 'vitest';
import { signInStep, type SignInStep } from './sign-in-step';

const BOTH = [false, true];
const STATES = BOTH.flatMap((activated) =>
  BOTH.flatMap((twoFactor) =>
    BOTH.flatMap((twoFactorRequired) =>
      ([1, 2] as const).map((aal) => ({ activated, twoFactor, twoFactorRequired, aal }))
    )
  )
);

test('[ADM-5] [AUT-1] every state of a sign-in has one next step', () => {
  const steps = STATES.map((state) => {
    const { activated, twoFactor, twoFactorRequired, aal } = state;
    const words = [
      activated ? 'activated' : 'initial',
      twoFactor ? 'enrolled' : '-',
      twoFactorRequired ? 'required' : '-'
    ];
    return [`${words.join(' ')} aal${aal}`, signInStep(state)];
  });
  expect(Object.fromEntries(steps)).toEqual({
    'initial - - aal1': 'change-password',
    'initial - - aal2': 'change-password',
    'initial - required aal1': 'change-password',
    'initial - required aal2': 'change-password',
    // A reset password alone must not be enough to choose a new one.
    'initial enrolled - aal1': 'totp',
    'initial enrolled - aal2': 'change-password',
    'initial enrolled required aal1': 'totp',
    'initial enrolled required aal2': 'change-password',
    'activated - - aal1': 'ready',
    'activated - - aal2': 'ready',
    'activated - required aal1': 'enrol-2fa',
    // A factor that was proved once and taken away since proves nothing.
    'activated - required aal2': 'enrol-2fa',
    'activated enrolled - aal1': 'totp',
    'activated enrolled - aal2': 'ready',
    'activated enrolled required aal1': 'totp',
    'activated enrolled required aal2': 'ready'
  } satisfies Record<string, SignInStep>);
});

test('[AUT-1] the steps lead to their end, each taken once, in their order', () => {
  const order: SignInStep[] = ['totp', 'change-password', 'enrol-2fa', 'ready'];
  for (const begin of STATES) {
    const state = { ...begin };
    const taken: SignInStep[] = [];
    for (let step = signInStep(state); ; step = signInStep(state)) {
      taken.push(step);
      if (step === 'ready') break;
      if (step === 'totp') state.aal = 2;
      if (step === 'change-password') state.activated = true;
      if (step === 'enrol-2fa') Object.assign(state, { twoFactor: true, aal: 2 });
    }
    expect(taken).toEqual(order.filter((step) => taken.includes(step)));
  }
});
