import { expect, test } from 'vitest';
import { seeded } from '../../../../../tests/faults/random';
import { MAX_REQUEST_BYTES, PolicyProtocolError, PolicyReader } from './policy-reader';

const bytes = (text: string) => Buffer.from(text);
const read = (reader: PolicyReader, text: string) =>
  reader.push(bytes(text)).map((one) => Object.fromEntries(one));

test('[QUO-5] several requests in one piece, and values with further equals signs', () => {
  expect(read(new PolicyReader(), 'request=a\nsender=x=y=z\n\nrequest=b\nempty=\n\nreq')).toEqual([
    { request: 'a', sender: 'x=y=z' },
    { request: 'b', empty: '' }
  ]);
});

test('[QUO-5] however the bytes are cut, the requests are the same', () => {
  const random = seeded(4);
  const text = 'request=smtpd_access_policy\nname=Łódź=✓\n\nrequest=b\n\n'.repeat(5);
  for (let run = 0; run < 300; run++) {
    const reader = new PolicyReader();
    const found = [];
    for (let rest = bytes(text); rest.length > 0;) {
      const cut = random.whole(1, run % 2 === 0 ? 3 : 80);
      found.push(...reader.push(rest.subarray(0, cut)));
      rest = rest.subarray(cut);
    }
    expect(found.length).toBe(10);
    expect(found[8]!.get('name')).toBe('Łódź=✓');
  }
});

test('a doubled name is one, the last', () => {
  expect(read(new PolicyReader(), 'a=1\na=2\n\n')).toEqual([{ a: '2' }]);
});

test.each<[string, string]>([
  ['no attribute', 'request\n\n'],
  ['no name', '=value\n\n'],
  ['a NUL', 'a=\0\n\n'],
  ['an empty request', '\n'],
  ['an empty request after another', 'a=1\n\n\n'],
  ['one that is too long', `a=${'x'.repeat(MAX_REQUEST_BYTES)}\n\n`],
  ['one that never ends', `a=${'x'.repeat(MAX_REQUEST_BYTES)}`]
])('a policy request is refused: %s', (_, text) => {
  expect(() => new PolicyReader().push(bytes(text))).toThrow(PolicyProtocolError);
});

test('the longest request there may be', () => {
  const value = 'x'.repeat(MAX_REQUEST_BYTES - 2);
  expect(read(new PolicyReader(), `a=${value}\n\n`)).toEqual([{ a: value }]);
});
