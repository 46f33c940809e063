import { expect, test } from 'vitest';
import { authorsAfter, mailReaders, type MailAuthorship } from './mail-authors';

const WHERE = ['host', 'port', 'security', 'user', 'from'];
const by = (id: string, more: Partial<MailAuthorship> = {}): MailAuthorship => ({
  id,
  superAdministrator: false,
  named: WHERE,
  changed: WHERE,
  ...more
});
const bySuper = (named: string[], changed: string[] = []) =>
  by('sue', { superAdministrator: true, named, changed });

test('[ACC-2] editors are kept until a Super Administrator saves the field', () => {
  const first = authorsAfter({}, by('ada'));
  const second = authorsAfter(first, by('max', { named: ['host'], changed: ['host'] }));
  expect(mailReaders(second)).toEqual(['ada', 'max']);
  expect(mailReaders(authorsAfter(second, bySuper(WHERE)))).toEqual(['sue']);
});

test('[ACC-2] a Super Administrator who changes one field does not answer for the others', () => {
  const evil = authorsAfter({}, by('max'));
  expect(mailReaders(authorsAfter(evil, bySuper(['security'], ['security'])))).toEqual(['max', 'sue']);
});

test('[ACC-2] naming what is there already makes nobody else’s edit one’s own', () => {
  const evil = authorsAfter({}, by('max'));
  expect(mailReaders(authorsAfter(evil, by('ada', { changed: [] })))).toEqual(['max']);
});

test('what nobody is known to have set stays so until a Super Administrator saves all of it', () => {
  expect(mailReaders(authorsAfter(null, by('ada')))).toBeNull();
  expect(mailReaders(authorsAfter(null, bySuper(['host'], ['host'])))).toBeNull();
  expect(mailReaders(authorsAfter(null, bySuper(WHERE)))).toEqual(['sue']);
});
