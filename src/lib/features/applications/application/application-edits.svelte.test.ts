import { beforeEach, expect, test, vi } from 'vitest';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import permissions from '$lib/core/access/catalogue/permissions.json';
import type { RefusedPart } from '$lib/core/roles/roles';
import type { Application } from '../applications.svelte';
import { ApplicationEdits } from './application-edits.svelte';

const { sent } = vi.hoisted(() => ({
  sent: { inputs: [] as Record<string, unknown>[], refused: [] as RefusedPart[] }
}));
vi.mock('$lib/client/api/api', () => ({
  api: {
    applications: {
      update: {
        mutate: (input: Record<string, unknown>) => {
          sent.inputs.push(input);
          return Promise.resolve({ seq: 9, applied: [], refused: sent.refused });
        }
      }
    }
  },
  isConnectionFault: () => false,
  refusalOf: () => null
}));

const CATALOGUE = indexCatalogue(permissions as Catalogue);
const at = (seq: number, change: Partial<Application> = {}): Application => ({
  id: 'app',
  name: 'Partner portal',
  role: { id: 'support', name: 'Support' },
  steward: { id: 'me', name: 'Maya' },
  stewardlessUntil: null,
  status: 'active',
  allowlist: ['10.0.0.1'],
  perMinute: 60,
  seq,
  createdAt: '2026-01-01T00:00:00.000Z',
  keys: [],
  ...change
});

beforeEach(() => {
  sent.inputs.length = 0;
  sent.refused = [];
});

function edits(): ApplicationEdits {
  const made = new ApplicationEdits(CATALOGUE);
  made.follow(at(3));
  return made;
}

test('[LIV-7] what was not touched follows the record; what was stays, and is sent with the version its author saw', async () => {
  const own = edits();
  own.texts.perMinute = '600';
  own.changed('perMinute');
  own.follow(at(4, { name: 'Portal', perMinute: 30 }));
  expect([own.texts.name, own.texts.perMinute, own.dirty]).toEqual(['Portal', '600', ['perMinute']]);
  expect(await own.save()).toBe('saved');
  expect(sent.inputs).toEqual([
    { op: expect.any(String), id: 'app', seen: 4, seenParts: { perMinute: 3 }, perMinute: 600 }
  ]);
});

test('[LIV-7] changed on both sides: nothing typed is lost, and saving again knows what it replaces', async () => {
  const own = edits();
  own.texts.perMinute = '600';
  own.changed('perMinute');
  sent.refused = [
    {
      code: 'conflict/changed-since',
      field: 'perMinute',
      yours: 600,
      theirs: 30,
      by: 'Tomás',
      at: '2026-01-02T00:00:00.000Z',
      version: 7
    }
  ];
  expect(await own.save()).toBe('kept');
  expect(own.problem('perMinute')).toContain('Tomás changed this since.');
  own.follow(at(7, { perMinute: 30 }));
  sent.refused = [];
  expect(await own.save()).toBe('saved');
  expect(sent.inputs[1]).toMatchObject({ seenParts: { perMinute: 7 }, perMinute: 600 });
  expect(own.problem('perMinute')).toBeNull();
});

test('[UX-4] what cannot be right is not sent, and Discard brings the record back', async () => {
  const own = edits();
  own.texts.perMinute = 'many';
  own.changed('perMinute');
  expect(await own.save()).toBeNull();
  expect(own.problem('perMinute')).toMatch(/^Enter a whole number/);
  expect(sent.inputs).toEqual([]);
  own.discard();
  expect([own.texts.perMinute, own.dirty]).toEqual(['60', []]);
});

test('[UX-4] what was typed when the session ended is back, on the version that was on screen', async () => {
  const before = edits();
  expect(before.draft()).toBeNull();
  before.texts.perMinute = '600';
  before.changed('perMinute');
  const draft = structuredClone(before.draft())!;

  const own = new ApplicationEdits(CATALOGUE);
  own.restore(draft);
  own.follow(at(5, { name: 'Portal' }));
  expect([own.texts.name, own.texts.perMinute, own.dirty]).toEqual(['Portal', '600', ['perMinute']]);
  await own.save();
  expect(sent.inputs).toMatchObject([{ seenParts: { perMinute: 3 }, perMinute: 600 }]);
});
