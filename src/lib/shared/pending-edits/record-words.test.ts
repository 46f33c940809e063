import { expect, test } from 'vitest';
import type { Subject } from '$lib/client/outbox/record';
import { pageOf } from './record-words';

test.each<[Subject, string]>([
  ['roles', '/roles'],
  ['userRoles', '/roles?for=users'],
  ['role:support', '/roles/support'],
  ['user-role:sender', '/roles/sender?for=users'],
  ['person:1', '/administrators/1'],
  ['user:2', '/users/2'],
  ['package:3', '/packages/3'],
  ['settings:caps', '/settings#caps'],
  ['profile', '/account']
])('[LIV-8] a change of %s leads to %s', (subject, page) => {
  expect(pageOf(subject)).toBe(page);
});
