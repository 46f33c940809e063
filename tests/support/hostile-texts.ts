// What people put into fields when they mean harm, or do not know what they paste: five hundred texts, always the same.

const FORMULAS = [
  '=1+1',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '=cmd|" /C calc"!A0',
  '=HYPERLINK("http://x.invalid","y")',
  '\t=1',
  '\r=1'
];
const FULL_WIDTH = ['＝1+1', '＋1', '－1', '＠SUM(A1)'];
const LINES = [
  'a\r\nb',
  'a\nb',
  'a\rb',
  'a\u2028b',
  'a\u2029b',
  'a\u0085b',
  '\r\n\r\nHTTP/1.1 200 OK',
  'x\n<34>1 - - fake - - -'
];
const TERMINAL = [
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u001b[31mred',
  '\b\b\b',
  '\u007f',
  '\u0007bell'
];
const DIRECTION = [
  '\u202egnp.exe',
  '\u202dx\u202c',
  '\u2066x\u2069',
  '\u200f\u200e',
  '\u061cx',
  'Maya \u2067(nimda)'
];
const INVISIBLE = [
  'Ma\u200bya',
  '\u2060x',
  '\ufeffx',
  'x\u{e0041}\u{e007f}',
  'x\u00ad',
  '\u115f',
  '\u2800',
  '\u200d'
];
const LOOK_ALIKES = ['Мaya', 'ᗰaya', 'rооt', 'paypaⅼ', 'ａｄｍｉｎ', 'admın'];
const NOTHING = ['\0', 'a\0b', '%00', '\ud800', 'x\udc00', '\udfff\ud800', '\uffff', '\ufffe'];
const MARKUP = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1">',
  '"><svg onload=globalThis.hacked=1>',
  '</td></tr><tr><td>row',
  '<a href="javascript:globalThis.hacked=1">x</a>',
  '{@html "<b>x</b>"}',
  '&lt;b&gt;&#0;',
  '<style>*{display:none}</style>',
  "');globalThis.hacked=1;('",
  '${globalThis.hacked=1}',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  ']]><!--'
];
const SQL = [
  "'; drop table administrators; --",
  "' or '1'='1",
  "\\'; select pg_sleep(9); --",
  '$$; delete from audit.entry; $$',
  "x') union select password_hash from administrators --",
  '%_%'
];
const FORMATS = [
  '%s%s%s%n',
  '%x%p',
  '{0}{1}',
  '$(touch /tmp/x)',
  '`id`',
  '${jndi:ldap://x.invalid/a}',
  '../../etc/passwd',
  '| ls'
];
const STRUCTURE = [
  '"',
  '\\',
  ']',
  '"] [x y="z"',
  ',"",',
  '{"end":1}',
  '"}\n{"seq":1',
  '--',
  '__proto__',
  'constructor',
  ';=1+1',
  'a;@x'
];
const ENORMOUS = [
  'x'.repeat(100_000),
  '=' + '1+'.repeat(5_000),
  '🏴‍☠️'.repeat(3_000),
  '\u0301'.repeat(4_000),
  '<'.repeat(20_000)
];

const SEEDS = [
  ...FORMULAS,
  ...FULL_WIDTH,
  ...LINES,
  ...TERMINAL,
  ...DIRECTION,
  ...INVISIBLE,
  ...LOOK_ALIKES,
  ...NOTHING,
  ...MARKUP,
  ...SQL,
  ...FORMATS,
  ...STRUCTURE
];

/** Alone, in the middle of a name, at its end, twice, and behind what another attack begins with. */
const SHAPES: ((text: string, other: string) => string)[] = [
  (text) => text,
  (text) => `Maya ${text} Lindqvist`,
  (text) => `${text}${text}`,
  (text) => `x${text}`,
  (text, other) => `${text}${other}`,
  (text, other) => `${other} ${text}`
];

export const HOSTILE_TEXTS: readonly string[] = [
  ...ENORMOUS,
  ...SHAPES.flatMap((shape) => SEEDS.map((text, at) => shape(text, SEEDS[(at * 7 + 3) % SEEDS.length]!)))
].slice(0, 500);
