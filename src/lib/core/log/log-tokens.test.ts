import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addTextTokens,
  factTokens,
  idToken,
  isWholeId,
  searchable,
  searchTerms,
  termTokens
} from './log-tokens';

const tokensOf = (text: string) => {
  const tokens = new Set<number>();
  addTextTokens(text, tokens);
  return tokens;
};

describe('[LOG-4] what an entry is found by', () => {
  test('every part of a text has its hashes, in any alphabet', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.nat(),
        fc.nat(30),
        (raw, from, length) => {
          const text = searchable(raw);
          const part = text.slice(from % (text.length + 1)).slice(0, length);
          const tokens = tokensOf(text);
          fc.pre(part !== '' && !isWholeId(part));
          expect(termTokens(part).filter((token) => !tokens.has(token))).toEqual([]);
        }
      )
    ));

  test('a text that does not hold a term mostly lacks one of its hashes', () => {
    const tokens = tokensOf('priya nair signed in password and code');
    const lacking = ['omar', 'signed out', 'xyz', 'q', 'nairobi'].filter((term) =>
      termTokens(term).some((token) => !tokens.has(token))
    );
    expect(lacking).toHaveLength(5);
  });

  test('facts are found alone and each two together', () => {
    const tokens = new Set(factTokens({ view: 'activity', actor: 'p1', outcome: 'denied', ip: null }));
    for (const asked of [
      { actor: 'p1' },
      { view: 'activity', outcome: 'denied' },
      { actor: 'p1', outcome: 'denied' }
    ])
      expect(factTokens(asked).every((token) => tokens.has(token))).toBe(true);
    // Both occur in the block, in different entries: the pair does not.
    const other = factTokens({ actor: 'p2', outcome: 'success' });
    const block = new Set([...tokens, ...other]);
    expect(factTokens({ actor: 'p2', outcome: 'denied' }).every((token) => block.has(token))).toBe(false);
  });

  test('an entry is found by a whole id, and by no part of one', () => {
    const id = '0190c0de-0000-7000-8000-000000000007';
    expect(termTokens(id)).toEqual([idToken(id)]);
    expect(isWholeId(id.slice(1))).toBe(false);
  });
});

describe('the words of a question', () => {
  test.each([
    ['Priya  NAIR', ['priya', 'nair']],
    ['"Support desk" denied', ['support desk', 'denied']],
    ['  ', []],
    ['a a A', ['a']],
    ['"', []],
    ['100% _x', ['100%', '_x']],
    ['Contacts › Export', ['contacts', 'export']],
    ['›', []],
    ['from 2001:DB8:0:0:0:0:0:7', ['from', '2001:db8::7']]
  ])('%j', (question, terms) => expect(searchTerms(question)).toEqual(terms));

  test('a question has at most eight words', () =>
    expect(searchTerms('a b c d e f g h i j')).toHaveLength(8));
});
