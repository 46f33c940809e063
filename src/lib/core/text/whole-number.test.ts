import { expect, test } from 'vitest';
import { typedNumber } from './whole-number';

/** Locales with groups and digits of every kind that browsers come with. */
const LOCALES =
  'en en-IN de de-CH de-AT fr fr-CH es es-MX pt-PT pl ru uk bg cs sv fi nb et lv lt hu it ro el tr he ja zh ko th vi id ' +
  'hi hi-IN bn ta te mr mr-IN ne gu pa ur fa ps ar ar-EG ar-MA ar-SA my dz km lo sw am ka hy ff-Adlm sat uz-Arab ckb ' +
  'en-u-nu-fullwide en-u-nu-mathbold en-u-nu-thai en-u-nu-tibt';

const NUMBERS = [0, 7, 42, 999, 1000, 9999, 10_000, 150_000, 2_500_000, 123_456_789, 1_000_000_000_000];

test.each(LOCALES.split(' '))('what a field shows in %s it also reads', (locale) => {
  for (const number of NUMBERS)
    expect(typedNumber(number.toLocaleString(locale)), number.toLocaleString(locale)).toBe(number);
});

test.each([
  ['10000', 10_000],
  [' 10,000 ', 10_000],
  ['10 000', 10_000],
  ['10.000', 10_000],
  ['10’000', 10_000],
  ['2,50,000', 250_000],
  ['1,00,00,000', 10_000_000],
  ['२,५०,०००', 250_000],
  ['١٠٬٠٠٠', 10_000],
  ['۱۰٬۰۰۰', 10_000],
  ['１００００', 10_000],
  ['𝟏𝟎', 10],
  ['𝟡𝟡', 99]
])('%s is read as a whole number', (text, number) => expect(typedNumber(text)).toBe(number));

test.each([
  '',
  ' ',
  ',',
  '1,0',
  '10,00',
  '1,000.000',
  '1,50,00',
  '250,00,000',
  '1.5',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '½',
  '²',
  '一',
  '1,,000',
  ',000',
  '1000,'
])('“%s” is not read as a whole number', (text) => expect(typedNumber(text)).toBeNull());
