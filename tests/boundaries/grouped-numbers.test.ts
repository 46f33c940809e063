import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { files, isIn, read } from './read-imports';

// "3006" beside "3,006": numbers on screen are written by `counted` (docs/words.md).

/** Names of numbers of records, which may be thousands. */
const NUMBERS = /^(members|total|count|newer|pendingCount|shownCount)$/;

/** Files whose `count` is words already. */
const WORDS = ['src/lib/features/packages/EditPackage.svelte'];

type Node = { type?: string; name?: string; computed?: boolean; [key: string]: unknown };

/** Last name of an identifier or a path of properties: "members" of `role.members`; "" of anything else. */
function nameOf(node: Node): string {
  if (node.type === 'ChainExpression') return nameOf(node['expression'] as Node);
  if (node.type === 'Identifier') return node.name ?? '';
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node['property'] as Node) : '';
}

/** Names of numbers that a component writes as they are: in its text, or in a template of a text. */
function ungrouped(source: string): string[] {
  const found: string[] = [];
  const look = (node: unknown, isText: boolean): void => {
    if (Array.isArray(node)) return node.forEach((each) => look(each, isText));
    if (node === null || typeof node !== 'object') return;
    const { type, ...rest } = node as Node;
    const written =
      type === 'ExpressionTag' && isText
        ? [rest['expression'] as Node]
        : type === 'TemplateLiteral'
          ? (rest['expressions'] as Node[])
          : [];
    found.push(...written.map(nameOf).filter((name) => NUMBERS.test(name)));
    const isMarkup = isText && type !== 'Attribute' && type !== 'StyleDirective';
    for (const [key, child] of Object.entries(rest)) if (key !== 'metadata') look(child, isMarkup);
  };
  const { fragment, instance } = parse(source, { modern: true });
  look(fragment, true);
  look(instance, true);
  return found;
}

test('numbers of records are written by thousands, everywhere', () => {
  const components = files.filter((file) => file.endsWith('.svelte') && !WORDS.includes(file));
  expect(components.length).toBeGreaterThan(200);
  expect(components.flatMap((file) => ungrouped(read(file)).map((name) => `${file}: ${name}`))).toEqual([]);
});

test('one that is written as it is, is found, in text and in a template, and not where it is a property', () => {
  expect(ungrouped('<b>{role.members}</b>')).toEqual(['members']);
  expect(ungrouped('<script>const text = `${count} people`;</script>{counted(count)}')).toEqual(['count']);
  expect(ungrouped('<List count={members} style:height="{total}px" />')).toEqual([]);
});

/** A moment as its reader writes it, which `toLocaleString` is for. */
const MOMENT = /new Date\((?:[^()]|\([^()]*\))*\)\.toLocaleString\(\)/g;

test('numbers of pages are written by one function', () => {
  const places = ['src/lib/client', 'src/lib/features', 'src/lib/shared', 'src/lib/ui', 'src/routes'];
  const others = files
    .filter((file) => file !== 'src/lib/ui/counted.ts' && places.some((place) => isIn(file, place)))
    .map((file) => ({ file, text: read(file) }))
    .filter(({ text }) => text.replace(MOMENT, '').includes('.toLocaleString()'));
  expect(others.map(({ file }) => file)).toEqual([]);
  expect('${new Date(String(at)).toLocaleString()}'.replace(MOMENT, '')).toBe('${}');
  expect('${total.toLocaleString()}'.replace(MOMENT, '')).toContain('.toLocaleString()');
});
