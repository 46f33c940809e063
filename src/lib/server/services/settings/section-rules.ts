import { allowsMore, bindingCap, CAPS, type CapId, type CapSettings } from '../../../core/quotas/caps';
import type { Refusal } from '../../../core/access/refusal';
import type { Settings, SettingsSection } from '../../../core/settings/settings';
import {
  isLoopbackHost,
  isMailPort,
  MAIL_PORT_WORDS,
  type MailPorts
} from '../../../core/settings/settings-limits';

/** Reason each field cannot be set to the value asked for, by field; without an entry it can. */
export type FieldRefusals = Readonly<Record<string, Refusal | undefined>>;

/** Facts the rules look at besides the settings themselves. */
export type RuleFacts = {
  actor: { owner: boolean; caps: CapSettings; twoFactor: boolean };
  /** A password for the mail server comes with the change, or is taken away by it. */
  passwordGiven: boolean;
  /** The ceilings of everybody, as they are. */
  ceilings: Settings['caps'];
  /** The database reads the time zone that is asked for as browsers do. */
  isDatabaseZone: boolean;
  /** Ports that mail may go to besides those of mail servers; absent: none. */
  mailPorts?: MailPorts | undefined;
};

type Rules = {
  [S in SettingsSection]?: (now: Settings[S], wanted: Settings[S], facts: RuleFacts) => FieldRefusals;
};

/** The switch by which a cap is only watched. */
const WATCHES = {
  hourly: 'watchHourly',
  daily: 'watchDaily',
  monthly: 'watchMonthly',
  threads: 'watchThreads'
} as const satisfies Record<CapId, keyof Settings['sending']>;

/**
 * Rules of a section's fields beside each other and beside whoever changes them. Bounds of single fields are the
 * schema's.
 */
export const SECTION_RULES: Rules = {
  caps: (now, wanted, { actor }) =>
    Object.fromEntries(
      CAPS.flatMap(({ id }) => {
        const refused = actor.owner ? null : capRefusal(id, now, wanted, actor.caps);
        return refused ? [[id, refused]] : [];
      })
    ),

  // ACC-4: a cap that is only watched lets everybody send without one.
  sending: (now, wanted, { actor, ceilings }) =>
    Object.fromEntries(
      CAPS.flatMap(({ id }) => {
        const field = WATCHES[id];
        if (actor.owner || !wanted[field] || now[field]) return [];
        const { limit } = bindingCap(ceilings[id], actor.caps[id]);
        const refused: Refusal = { code: 'access/cap-above-own', cap: id, limit };
        return limit === 'unlimited' ? [] : [[field, refused]];
      })
    ),

  alerts: (_now, { first, second }) =>
    first < second ? {} : { second: invalid('alerts.second', `This must be more than ${first}.`) },

  general: (_now, { timeZone }, { isDatabaseZone }) =>
    isDatabaseZone
      ? {}
      : {
          timeZone: invalid(
            'general.timeZone',
            `The database does not know ${timeZone}, or takes it for another time. Choose a city, such as Europe/Berlin.`
          )
        },

  // E9: whoever asks for two factors has them, else the next person to be locked out is the one who could mend it.
  twoFactor: (now, wanted, { actor }) => {
    if (!tightens(now, wanted) || actor.twoFactor) return {};
    const refused: Refusal = { code: 'auth/two-factor-required', sources: ['platform'] };
    return { required: refused };
  },

  passwords: (_now, { minLength, minLengthWith2fa }) =>
    minLengthWith2fa <= minLength
      ? {}
      : {
          minLengthWith2fa: invalid(
            'passwords.minLengthWith2fa',
            `With a second factor a password may be shorter, not longer: at most ${minLength}.`
          )
        },

  mail: (now, wanted, { passwordGiven, mailPorts }) => {
    const { host, port, security, from } = wanted;
    if (host === '') return {};
    if (!isMailPort(port, mailPorts)) return { port: invalid('mail.port', MAIL_PORT_WORDS) };
    if (security === 'none' && !isLoopbackHost(host)) {
      const text = 'Without encryption mail goes only to a server on this machine, such as localhost.';
      return { security: invalid('mail.security', text) };
    }
    if (from === '') return { from: invalid('mail.from', 'Enter the address that mail is sent from.') };
    // A stored password goes nowhere but to the server that it was given for.
    const elsewhere = now.host !== host || now.port !== port || now.security !== security;
    if (now.passwordSet && elsewhere && !passwordGiven)
      return {
        password: invalid('mail.password', 'Give the password again: it was stored for another server.')
      };
    return {};
  }
};

/** True for a rule that asks more people than before, or asks them sooner. */
function tightens(now: Settings['twoFactor'], wanted: Settings['twoFactor']): boolean {
  if (!wanted.required) return false;
  const begins = (from: string | null) => (from === null ? 0 : Date.parse(from));
  return !now.required || begins(wanted.from) < begins(now.from);
}

/** ACC-4, E5: nobody but the owner lets others send more than they may themselves. */
function capRefusal(
  id: CapId,
  now: Settings['caps'],
  wanted: Settings['caps'],
  own: CapSettings
): Refusal | null {
  const { limit } = bindingCap(now[id], own[id]);
  return allowsMore(wanted[id], limit) ? { code: 'access/cap-above-own', cap: id, limit } : null;
}

function invalid(field: string, message: string): Refusal {
  return { code: 'input/invalid', field, message };
}
