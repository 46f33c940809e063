import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keySnippets } from './key-snippets';

const GIVEN = {
  origin: 'https://console.northwind.example',
  key: 'rck_live_Ab3dEf6hIj9l_0123456789ABCDEFGHIJKLMNOPQRSTuv123456',
  subject: "o'brien@northwind.example"
};

test('[APP-2] what is pasted into a shell is the call that was meant, whatever the address holds', () => {
  const [curl] = keySnippets(GIVEN, 'application');
  // A shell says what it would start: each word on a line of its own.
  const said = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${curl!.text}`], {
    encoding: 'utf8'
  });
  const words = said.trim().split('\n');
  expect(words.filter((word) => word === `Authorization: Bearer ${GIVEN.key}`)).toHaveLength(2);
  expect(words).toContain(`${GIVEN.origin}/trpc/roles.list`);
  expect(JSON.parse(words.at(-1)!)).toMatchObject({ subject: { id: GIVEN.subject } });
});

test('[APP-2] every snippet that takes a key has it, and those of a person are about calling alone', () => {
  const all = keySnippets(GIVEN, 'application');
  expect(all.map(({ id }) => id)).toEqual(['curl', 'node', 'postfix', 'nginx']);
  for (const { id, text } of all) expect(text.includes(GIVEN.key), id).toBe(id !== 'postfix');
  expect(keySnippets(GIVEN, 'person').map(({ id }) => id)).toEqual(['curl', 'node']);
  const ofUser = keySnippets(GIVEN, 'user');
  expect(ofUser.map(({ id }) => id)).toEqual(['curl', 'node']);
  // A user asks of itself: nothing of staff is there for it.
  for (const { text } of ofUser) {
    expect(text).toContain('/trpc/own.usage');
    expect(text).not.toMatch(/roles|administrator/);
  }
});

test('[QUO-4] Postfix is told what the documentation says, which is tried with a real one', () => {
  const { text } = keySnippets(GIVEN, 'application').find(({ id }) => id === 'postfix')!;
  const settings = text.replace(/^#.*\n/gm, '');
  // Without its name two mail servers are one, and messages of theirs that have the same number count once.
  expect(settings).toContain('policy_context=mx1:<secret>,');
  expect(readFileSync('docs/caps.md', 'utf8')).toContain(settings.replace(':<secret>', ''));
});
