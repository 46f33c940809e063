import { describe, expect, test } from 'vitest';
import { emailProblem } from '$lib/core/administrators/email';
import { Email } from './fields';

describe('[ADM-2] an address', () => {
  test.each([
    'maya@northwind.example',
    'ivan@xn--e1afmkfd.xn--p1ai',
    'ivan@пример.рф',
    'иван@пример.рф',
    'a&b@example.com',
    "o'neil+tag@example.co.uk",
    '#!$%*/=?^_`{|}~-@example.com',
    '-a@example.com',
    '=1+1@example.com',
    'a@b.c-d.museum',
    'x@1and1.example',
    'user@भारत.भारत',
    `${'a'.repeat(64)}@example.com`
  ])('%s is one, in the form as at the server', (address) => {
    expect(emailProblem(address)).toBeNull();
    expect(Email.parse(` ${address} `)).toBe(address);
  });

  test.each([
    'maya',
    'maya@',
    '@northwind.example',
    'maya@northwind',
    'a b@example.com',
    'a@b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a,b@example.com',
    'a<b>@example.com',
    '"a"@example.com',
    'a\\b@example.com',
    'a(b)@example.com',
    'a:b@example.com',
    'a;b@example.com',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@-b.example',
    'a@b-.example',
    'a@b_c.example',
    'a@b..example',
    'a@example.com.',
    'a@example.c',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.example`
  ])('%s is not taken as an email address', (address) => {
    expect(emailProblem(address)).toBe('This is not a complete email address.');
    expect(Email.safeParse(address).error?.issues[0]?.message).toBe('This is not a complete email address.');
  });

  test('that is long is judged quickly', () => {
    const began = performance.now();
    for (const part of ['a', 'a.', '-', 'a-', 'é', '@', '1.'])
      for (const text of [part.repeat(250), `a@${part.repeat(120)}`, `${part.repeat(120)}@b`])
        emailProblem(text);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
