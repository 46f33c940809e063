import { expect, test } from 'vitest';
import { mailFailure } from './mail-failure';

test.each([
  [
    'getaddrinfo ENOTFOUND smtp.nowhere.invalid',
    'No server named smtp.nowhere.invalid was found. Check Host.'
  ],
  ['connect ECONNREFUSED 127.0.0.1:25', 'smtp.nowhere.invalid refused the connection. Check Host and Port.'],
  ['Connection timeout', 'smtp.nowhere.invalid did not answer. Check Host, Port and Encryption.'],
  ['connect ETIMEDOUT', 'smtp.nowhere.invalid did not answer. Check Host, Port and Encryption.'],
  ['Invalid login: 535 5.7.8 Bad login', 'The server refused the user name or the password.'],
  ['421 come back later', null]
])('[SET-1] a test mail that failed with “%s” says what to check', (said, words) => {
  expect(mailFailure(said, 'smtp.nowhere.invalid')).toBe(words);
});
