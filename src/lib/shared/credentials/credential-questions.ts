/** Command on somebody's credentials that is asked about first. */
export type CredentialQuestion = 'unlock' | 'reset2fa' | 'stop2fa' | 'revokeSessions';

/** Words of a question before something is done to an account. */
export type QuestionWords = {
  title: string;
  consequences: readonly string[];
  verb: string;
  danger: boolean;
  /** Message once it is done. */
  done: string;
};

type About = {
  name: string;
  /** A second factor is required of them from somewhere. */
  required: boolean;
  /** Their keys, as they are called: "API keys". */
  keys: string;
};

/** Questions about the credentials of an administrator or a user. */
export const CREDENTIAL_QUESTIONS: Record<CredentialQuestion, (about: About) => QuestionWords> = {
  unlock: ({ name }) => ({
    title: `Unlock ${name}?`,
    consequences: ['They can try their password again.'],
    verb: 'Unlock',
    danger: false,
    done: `${name} can try again`
  }),
  reset2fa: ({ name, required, keys }) => ({
    title: `Reset 2FA for ${name}?`,
    consequences: [
      `Their authenticator, recovery codes and ${keys} stop working, and their sessions end immediately.`,
      required
        ? 'They must set up a new one at their next sign-in.'
        : 'Until they set up a new one, their password alone is enough to sign in.'
    ],
    verb: 'Reset 2FA',
    danger: true,
    done: `${name} no longer has a second factor`
  }),
  stop2fa: ({ name }) => ({
    title: `Stop requiring 2FA for ${name}?`,
    consequences: [
      'A second factor they have set up stays on until they turn it off.',
      'Requirements from the platform or their role still apply.'
    ],
    verb: 'Stop requiring',
    danger: false,
    done: `2FA is no longer required for ${name}`
  }),
  revokeSessions: ({ name, keys }) => ({
    title: `Sign ${name} out everywhere?`,
    consequences: [
      'All their sessions end immediately. They can sign in again.',
      `Their ${keys} stop working permanently.`
    ],
    verb: 'Sign out everywhere',
    danger: true,
    done: `${name} is signed out everywhere`
  })
};
