import { expect, test } from 'vitest';
import { LogMoment, PersonName } from './fields';

test.each(['1970-01-01T00:00:00Z', '2026-11-29T10:00:00.123Z', '9999-12-31T23:59:59Z'])(
  '[LOG-4] the log can be asked about %s',
  (moment) => expect(LogMoment.parse(moment)).toBe(moment)
);

test.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2026-11-29', 'yesterday'])(
  '[LOG-4] %s is refused before the database sees it',
  (moment) => expect(LogMoment.safeParse(moment).success).toBe(false)
);

test.each(['Olga Owner', 'Jean-Luc www', 'wwwally', 'A: B / C', 'Å. Öberg'])(
  '[ADM-2] %s is taken as somebody’s name',
  (name) => expect(PersonName.parse(name)).toBe(name)
);

test.each([
  'http://evil.example/reset your password now',
  'Ana https://x.example',
  'see www.evil.example',
  'WWW.evil.example'
])('[ADM-2] “%s” is no name: mail programs would make a link of it', (name) =>
  expect(PersonName.safeParse(name).error?.issues[0]?.message).toBe('A name cannot hold a web address.')
);
