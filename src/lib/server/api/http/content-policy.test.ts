import { expect, test } from 'vitest';
import { policyOf } from './content-policy';

test('[H-03] the policy of the prerendered page becomes a header, with who may frame it', () => {
  const html = `<head><meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' 'sha256-x='"></head>`;
  expect(policyOf(html)).toBe("default-src 'none'; script-src 'self' 'sha256-x='; frame-ancestors 'none'");
});

test('[H-03] a page without a policy is never served', () => {
  expect(() => policyOf('<p>page</p>')).toThrow(/no content security policy/);
});
