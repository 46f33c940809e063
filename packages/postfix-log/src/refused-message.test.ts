import { expect, test } from 'vitest';
import { isLongId, refusedMessageIn } from './refused-message.ts';

const ID = '4hJ7Qm2kYTz9vLn';
const at = (text: string) => `Nov 29 17:03:11 mx1 ${text}`;

test.each<[string, string, boolean]>([
  [
    'header checks',
    `postfix/cleanup[4711]: ${ID}: reject: header Subject: x from a[192.0.2.1]; from=<a@b> to=<c@d> proto=ESMTP helo=<a>: 5.7.1 no`,
    true
  ],
  [
    'body checks',
    `postfix/cleanup[4711]: ${ID}: reject: body eicar from a[192.0.2.1]; from=<a@b> to=<c@d>: 5.7.1 no`,
    true
  ],
  [
    'a milter',
    `postfix/cleanup[4711]: ${ID}: milter-reject: END-OF-MESSAGE from a[192.0.2.1]: 5.7.1 Command rejected; from=<a@b>`,
    false
  ],
  [
    'two lost answers',
    `postfix/submission/smtpd[12]: ${ID}: reject: END-OF-MESSAGE from a[192.0.2.1]: 451 4.3.0 <END-OF-MESSAGE>: End-of-data rejected: Caps cannot be checked; from=<a@b>`,
    false
  ],
  ['a full disk', `postfix/cleanup[4711]: warning: ${ID}: write queue file: No space left on device`, true],
  [
    'a message that grew too long',
    `postfix-out/cleanup[4711]: warning: ${ID}: queue file size limit exceeded`,
    true
  ]
])('[QUO-5] a whole message is refused: %s', (_, text, early) => {
  expect(refusedMessageIn(at(text))).toEqual({ queueId: ID, early });
});

test.each([
  `postfix/smtpd[12]: ${ID}: reject: RCPT from a[192.0.2.1]: 451 4.7.1 <c@d>: Recipient address rejected: cap; from=<a@b>`,
  `postfix/smtpd[12]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 451 4.7.1 no`,
  `postfix/smtpd[12]: ${ID}: milter-reject: RCPT from a[192.0.2.1]: 5.7.1 no; from=<a@b>`,
  `postfix/smtpd[12]: ${ID}: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=olga`,
  `postfix/cleanup[4711]: ${ID}: message-id=<reject: header x@y>`,
  `postfix/cleanup[4711]: ${ID}: hold: header Subject: reject: body from a; from=<a@b>`,
  `postfix/cleanup[4711]: ${ID}: info: header Subject: ${ID}: reject: END-OF-MESSAGE x from a`,
  `postfix/cleanup[4711]: ${ID}: warning: header X: y from a[192.0.2.1]; from=<a@b>`,
  `postfix/qmgr[3]: ${ID}: from=<a@b>, size=3, nrcpt=2 (queue active)`,
  `postfix/qmgr[3]: ${ID}: from=<x mx1 postfix/cleanup[1]: ${ID}: milter-reject: END-OF-MESSAGE from x>, size=3`,
  `postfix/smtpd[3]: warning: x postfix/cleanup[1]: ${ID}: milter-reject: END-OF-MESSAGE from x`,
  `dovecot: ${ID}: reject: END-OF-MESSAGE from x`
])('[QUO-5] no message is refused: %s', (text) => {
  expect(refusedMessageIn(at(text))).toBeNull();
});

test('[QUO-5] times in ISO, as rsyslog may write them', () => {
  const line = `2026-11-29T17:03:11.123456+00:00 mx1 postfix/cleanup[1]: ${ID}: reject: body x from a: no`;
  expect(refusedMessageIn(line)?.queueId).toBe(ID);
});

test('[QUO-4] ids that come again are told from those that do not', () => {
  for (const long of [ID, '4zzZQm2kYTz9vLn']) expect(isLongId(long), long).toBe(true);
  for (const short of ['3F2A9C01B7', 'A1B2C3D4E5F', '0123456789']) expect(isLongId(short), short).toBe(false);
});
