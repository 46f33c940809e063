import { expect, test } from 'vitest';
import { LATER_ACTIONS } from '../access/access';
import { secretVoid, type SecretMaker } from './activation';

const maker = (permissions: string[], more: Partial<SecretMaker> = {}): SecretMaker => ({
  name: 'Lea Lead',
  owner: false,
  standing: true,
  permissions: new Set(permissions),
  ...more
});
const account = (permissions: string[], owner = false) => ({ owner, permissions: new Set(permissions) });

test('[ACC-2] a secret opens what everybody who knows it dominates', () => {
  expect(secretVoid(account(['a']), [maker(['a', 'b'])])).toBeNull();
  expect(secretVoid(account(['a', 'b']), [maker(['a', 'b'])])).toBeNull();
  expect(secretVoid(account(['a', 'c']), [maker(['a', 'b'])])).toEqual({
    why: 'maker-weaker',
    by: 'Lea Lead'
  });
});

test('[ACC-2] one of several who may do less is enough to make it void', () => {
  const weak = maker(['a'], { name: 'Max Mailer' });
  expect(secretVoid(account(['a', 'b']), [maker(['a', 'b']), weak])).toEqual({
    why: 'maker-weaker',
    by: 'Max Mailer'
  });
});

test('[ROL-7] whoever holds every action of today does not dominate a Super Administrator', () => {
  expect(secretVoid(account(['a', LATER_ACTIONS]), [maker(['a'])])?.why).toBe('maker-weaker');
});

test('[OWN-2] the owner’s account is opened by nobody’s secret but the owner’s or the server’s', () => {
  const everything = [LATER_ACTIONS, 'a'];
  expect(secretVoid(account(everything, true), [maker(everything)])?.why).toBe('maker-weaker');
  expect(secretVoid(account(everything, true), [])).toBeNull();
});

test('[ADM-8] whoever was suspended or deleted leaves no secret behind', () => {
  expect(secretVoid(account([]), [maker(['a'], { standing: false })])).toEqual({
    why: 'maker-gone',
    by: 'Lea Lead'
  });
  expect(secretVoid(account([]), [null])).toEqual({ why: 'unknown-maker', by: null });
  expect(secretVoid(account([]), null)).toEqual({ why: 'unknown-maker', by: null });
});
