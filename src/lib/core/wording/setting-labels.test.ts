import { expect, test } from 'vitest';
import { SHIPPED_SETTINGS } from '../settings/settings';
import { fieldName } from './fields';
import { SETTING_LABELS, settingLabel } from './setting-labels';

// The field of a password says that there is one; what is set is the password itself.
const paths = Object.entries(SHIPPED_SETTINGS).flatMap(([section, fields]) =>
  Object.keys(fields).map((field) => `${section}.${field === 'passwordSet' ? 'password' : field}`)
);

test('every setting has a label, on its form and in the log', () => {
  expect(paths.length).toBeGreaterThan(30);
  expect(Object.keys(SETTING_LABELS).sort()).toEqual(paths.toSorted());
  expect(paths.filter((path) => fieldName(path) === path)).toEqual([]);
});

test('fields of one name have one label on their forms, whose section is not asked for', () => {
  for (const [path, { form }] of Object.entries(SETTING_LABELS))
    expect(settingLabel(path.split('.')[1]!), path).toBe(form);
});

test('a setting is said in full where nothing names its section', () => {
  expect(settingLabel('minLength')).toBe('Minimum length');
  expect(fieldName('passwords.minLength')).toBe('Minimum password length');
});
