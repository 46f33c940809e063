import { Linter } from 'eslint';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { expect, test } from 'vitest';
import { lateProps } from '../../lint/late-props';

/** Names that are read too late in a component with this script, in order. */
function readLate(script: string, page = ''): string[] {
  const text = `<script lang="ts">\n${script}\n</script>\n${page}`;
  const found = new Linter().verify(
    text,
    [
      ...svelte.configs.base,
      {
        files: ['**/*.svelte'],
        languageOptions: { parserOptions: { parser: ts.parser } },
        plugins: { rolecall: { rules: { 'late-props': lateProps } } },
        rules: { 'rolecall/late-props': 'error' }
      }
    ],
    { filename: 'Component.svelte' }
  );
  return found.map(({ message }) => /“(.+)”/.exec(message)?.[1] ?? message);
}

const PROPS = 'let { role, say, onclose, open = $bindable() }: Props = $props();';

test.each([
  ['a prop', 'async function go() { await say(); show(role.name); }', ['role']],
  [
    'what is derived of one, of what is',
    'const a = $derived(role.name); const b = $derived(`${a}!`); async function go() { await say(); show(b); }',
    ['b']
  ],
  ['in the same statement', 'const go = async () => show(await say(role.id), role.name);', ['role']],
  [
    'in a function that is called then',
    'const said = () => role.name; async function go() { await say(); said(); }',
    ['role']
  ],
  [
    'in a function that is called later still',
    'async function go() { await say(); show(() => role.name); }',
    ['role']
  ],
  ['in what takes something back', 'const go = () => toast({ undo: () => show(role.name) });', ['role']],
  ['in the callback of a promise', 'const go = () => void say().then(() => show(role.name));', ['role']],
  [
    'members of what is derived of something else, and of what may be nothing',
    'const me = $derived(session.me); let at = $state<At | null>(null); async function go() { await say(); show(me.name, at.id); }',
    ['me', 'at']
  ]
])('[LIV-1] %s is found that is read after an await', (_, script, names) => {
  expect(readLate(`${PROPS}\n${script}`)).toEqual(names);
});

test('[LIV-1] what is called in a page is found as well', () => {
  expect(
    readLate(PROPS, '<button onclick={async () => { await say(); show(role.name); }}>Go</button>')
  ).toEqual(['role']);
});

test.each([
  ['what was taken before', 'async function go() { const { name } = role; await say(role.id); show(name); }'],
  ['what is called', 'async function go() { await say(); onclose(); }'],
  ['what is set', 'async function go() { await say(); open = false; }'],
  ['another branch', 'async function go() { if (role.a) await say(); else show(role.b); }'],
  ['after a branch that ended', 'async function go() { if (role.a) { await say(); return; } show(role.b); }'],
  [
    'what may be nothing, asked first',
    'let field = $state<Element | null>(null); async function go() { await say(); field?.focus(); }'
  ],
  ['what a function without an await reads', 'function go() { void say(); show(role.name); }']
])('[LIV-1] %s is no prop that is read too late', (_, script) => {
  expect(readLate(`${PROPS}\n${script}`)).toEqual([]);
});
