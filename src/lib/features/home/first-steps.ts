/** Facts about a new installation; null where they are not known (yet). */
export type Beginnings = {
  twoFactor: boolean;
  mailServer: boolean | null;
  timeZone: string;
  /** That of the device, by the same names. */
  deviceTimeZone: string;
  brand: { name: string; logo: string | null };
  /** Administrators who are not deactivated. */
  people: number | null;
  /** Those of them who are Super Administrators. */
  superAdministrators: number | null;
  applications: number | null;
};

export type FirstStep = { title: string; why: string; href: string; done: boolean };

/** Name of an installation before someone names it. */
const UNNAMED = 'Rolecall';

/** First steps of a new owner (UX-6), in this order. */
export function firstSteps(known: Beginnings): FirstStep[] {
  return [
    {
      title: 'Turn on two-factor sign-in',
      why: 'The owner’s account opens everything. Keep the recovery codes somewhere safe.',
      href: '/account#two-factor',
      done: known.twoFactor
    },
    {
      title: 'Set up mail',
      why: 'Invitations, resets and warnings then reach people by mail.',
      href: '/settings#mail',
      done: known.mailServer === true
    },
    {
      title: 'Give it your name and logo',
      why: 'So that people see at sign-in where they are.',
      href: '/settings#branding',
      done: known.brand.name !== UNNAMED || known.brand.logo !== null
    },
    {
      title: 'Set the time zone',
      why: 'Daily and monthly limits begin anew at midnight there.',
      href: '/settings#general',
      done: known.timeZone !== 'UTC' || known.deviceTimeZone === 'UTC'
    },
    {
      title: 'Add an administrator',
      why: 'Everyone signs in as themselves, so the log can say who did what.',
      href: '/administrators/new',
      done: (known.people ?? 0) > 1
    },
    {
      title: 'Add a second Super Administrator',
      why: 'Someone who can help when you lose your phone.',
      href: '/administrators/new',
      done: (known.superAdministrators ?? 0) > 1
    },
    {
      title: 'Connect an application',
      why: 'With a key, what sends your mail asks here who may do what, and how much.',
      href: '/applications',
      done: (known.applications ?? 0) > 0
    }
  ];
}
