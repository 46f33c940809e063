import { describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS, type AuditAction } from '../../../../core/log/actions';
import { indexCatalogue, type Catalogue } from '../../../../core/access/catalogue';
import shipped from '../../../../core/access/catalogue/permissions.json';
import { ACTION_LABELS, actionChoices, actionLabel } from '../../../../core/wording/actions';
import type { EntryDoc } from '../../../db/log/audit-schema';
import { EVENTS } from './events';
import { sentence } from './sentence';
import { summarise } from './summary';

const catalogue = indexCatalogue(shipped as Catalogue);
const known = {
  catalogue,
  roleName: (id: string) => (id === 'support' ? 'Support' : null),
  packageName: () => null
};
const actions = Object.keys(AUDIT_ACTIONS) as AuditAction[];
const FIREFOX = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0';
const [PERMISSION = ''] = catalogue.ids;

const CHANGES: EntryDoc['change'][] = [
  [],
  [
    { path: 'permissions', old: [], new: [PERMISSION] },
    { path: 'name', old: 'a', new: 'b' },
    { path: 'roleId', old: null, new: 'support' },
    { path: 'label', old: null, new: 'Support' },
    { path: 'missing', old: null, new: [PERMISSION] },
    { path: 'procedure', old: null, new: 'roles.edit' },
    { path: 'tries', old: null, new: 412 },
    { path: 'times', old: null, new: 57 },
    { path: 'addresses', old: null, new: 4 },
    { path: 'until', old: null, new: '2026-11-22T22:14:00.000Z' },
    { path: 'entries', old: null, new: 3500 },
    { path: 'format', old: null, new: 'csv' },
    { path: 'factor', old: null, new: 'password+totp' }
  ]
];
const OUTCOMES: EntryDoc['outcome'][] = ['success', 'denied', 'error'];

function entry(action: string, over: Partial<EntryDoc> = {}): EntryDoc {
  return {
    id: 'e',
    at: '2026-11-22T05:00:01.000000Z',
    action,
    outcome: 'success',
    actor: { type: 'administrator', id: 'p', name: 'Maya' },
    target: { type: 'role', id: 'Readers', name: 'Readers' },
    change: [],
    ...over
  };
}

const text = (doc: EntryDoc) =>
  sentence(doc, known)
    .map((piece) => (typeof piece === 'string' ? piece : piece.b))
    .join('');

describe('[LOG-3] every event is told in every way', () => {
  test('the table has every action, and no other', () => {
    expect(Object.keys(EVENTS).sort()).toEqual([...actions].sort());
    expect(Object.keys(ACTION_LABELS).sort()).toEqual([...actions].sort());
  });

  test.each(actions)('%s', (action) => {
    for (const outcome of OUTCOMES)
      for (const change of CHANGES)
        for (const reason of [
          undefined,
          'access/self',
          'activation-void',
          'of a later version',
          'constructor',
          '__proto__'
        ]) {
          const doc = entry(action, { outcome, change, ...(reason === undefined ? {} : { reason }) });
          const { summary, detail } = summarise(catalogue, doc, FIREFOX);
          expect(summary).toMatch(/^[A-Z]/);
          expect(detail).toMatch(/Firefox on macOS$/);
          // What is refused by a rule of a later version is told by its code.
          if (action !== 'access.denied') expect(detail).not.toMatch(/^[a-z]|^, |: ,/);
          expect(text(doc)).toMatch(/^[a-z].*[^\s:,]$/);
          expect(`${summary} ${detail} ${text(doc)}`).not.toMatch(/undefined|null|NaN|\s\s/);
        }
  });

  test('labels tell actions apart, in both views', () => {
    const choices = [...actionChoices('authentication'), ...actionChoices('activity')];
    expect(choices.map(({ value }) => value).sort()).toEqual([...actions].sort());
    expect(new Set(choices.map(({ label }) => label)).size).toBe(actions.length);
  });

  test('an action of a later version is shown by its id', () => {
    const doc = entry('of.a.later.version');
    expect(summarise(catalogue, doc, null)).toEqual({ summary: 'of.a.later.version', detail: 'Readers' });
    expect(text(doc)).toBe('of.a.later.version');
    expect(actionLabel('constructor')).toBe('constructor');
    expect(text(entry('constructor'))).toBe('constructor');
  });
});

test.each<[Partial<EntryDoc> & { action: string }, string, string, string]>([
  [
    { action: 'auth.sign_in', change: [{ path: 'factor', old: null, new: 'password+totp' }] },
    ...(['Signed in', 'Password and code', 'signed in with password and code'] as const)
  ],
  [
    { action: 'auth.sign_in_failed', outcome: 'denied', reason: 'locked' },
    ...(['Sign-in failed', 'Locked account', 'failed to sign in: locked account'] as const)
  ],
  [{ action: 'auth.reauthenticated' }, ...(['Confirmed password', '', 'confirmed their password'] as const)],
  [
    { action: 'administrator.edited', change: [{ path: 'caps.daily', old: 1, new: 2 }] },
    ...(['Edited account', 'Readers: daily limit', 'changed the daily limit of Readers'] as const)
  ],
  [
    { action: 'settings.changed', change: [{ path: 'sessions.idleMinutes', old: 60, new: 30 }] },
    ...(['Changed settings', 'Idle timeout', 'changed the settings: idle timeout'] as const)
  ],
  [
    {
      action: 'role.edited',
      change: [
        { path: 'permissions', old: [], new: ['people.roles.view'] },
        { path: 'require2fa', old: false, new: true }
      ]
    },
    'Edited role',
    'Readers: added Roles › View, changed two-factor requirement',
    'added Roles › View to Readers'
  ],
  [
    {
      action: 'access.denied',
      outcome: 'denied',
      reason: 'access/self',
      change: [{ path: 'procedure', old: null, new: 'roles.edit' }]
    },
    ...(['Access denied', 'Own role or account', 'was denied editing a role: own role or account'] as const)
  ],
  ...(
    [
      ['nobody', 'The route refuses everyone', 'the route refuses everyone'],
      ['signed-in', 'Access has ended or is suspended', 'access has ended or is suspended']
    ] as const
  ).map(([takes, detail, words]): [Partial<EntryDoc> & { action: string }, string, string, string] => [
    {
      action: 'access.denied',
      outcome: 'denied',
      reason: 'access/permission-required',
      change: [
        { path: 'procedure', old: null, new: 'roles.list' },
        { path: 'missing', old: null, new: [takes] }
      ]
    },
    'Access denied',
    detail,
    `was denied viewing roles: ${words}`
  ]),
  [
    {
      action: 'access.denied_again',
      outcome: 'denied',
      reason: 'access/permission-required',
      change: [
        { path: 'times', old: null, new: 1204 },
        { path: 'until', old: null, new: '2026-11-22T22:14:00.000Z' },
        { path: 'procedure', old: null, new: 'roles.list' },
        { path: 'missing', old: null, new: ['people.roles.view'] }
      ]
    },
    'Access denied again',
    '1,204 more times until 22:14 UTC, lacks Roles › View',
    'was denied viewing roles 1,204 more times until 22:14 UTC: lacks Roles › View'
  ],
  [
    {
      action: 'access.denied_again',
      outcome: 'denied',
      change: [
        { path: 'times', old: null, new: 1 },
        { path: 'until', old: null, new: '2026-11-22T22:14:00.000Z' }
      ]
    },
    'Access denied again',
    '1 more time until 22:14 UTC, different attempts',
    'was denied different attempts 1 more time until 22:14 UTC'
  ]
])('[LOG-4] %j', (doc, summary, detail, words) => {
  expect(summarise(catalogue, entry(doc.action, doc), null)).toEqual({ summary, detail });
  expect(text(entry(doc.action, doc))).toBe(words);
});
