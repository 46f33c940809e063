import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import { defineConfig, includeIgnoreFile } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { lateProps } from './lint/late-props.js';
import svelteConfig from './svelte.config.js';

/** SQL made of strings cannot be told from SQL made of input. */
const TEXT_AS_SQL = [
  {
    selector: "CallExpression[callee.object.name='sql'][callee.property.name='raw']",
    message: 'sql.raw takes text as SQL: use the sql template or the query builder, which bind values.'
  },
  {
    selector: "CallExpression[callee.property.name='unsafe']",
    message: '.unsafe takes text as SQL: use the sql template, which binds values.'
  }
];

/**
 * Rules that type-checked linting adds to the compiler, where they prevent faults: promises that nobody awaits. For
 * components alone, which oxlint cannot read with their types: everywhere else it judges by the same rules
 * (`lint/promises.json`), in a seventh of the time.
 */
const PROMISES = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': [
    'error',
    { checksVoidReturn: { arguments: false, attributes: false } }
  ],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }]
};

/** Each component makes TypeScript begin anew, which takes minutes for all of them: `npm run check` does it, `npm test` does not. */
const TYPED_COMPONENTS = {
  files: ['**/*.svelte'],
  languageOptions: {
    parserOptions: {
      project: './tsconfig.json',
      extraFileExtensions: ['.svelte'],
      tsconfigRootDir: import.meta.dirname
    }
  },
  rules: PROMISES
};

export default defineConfig(
  includeIgnoreFile(fileURLToPath(new URL('.gitignore', import.meta.url))),
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      // The compiler knows all names, also those of types.
      'no-undef': 'off',
      // There is no base path, and addresses often arrive as props.
      'svelte/no-navigation-without-resolve': 'off',
      'no-restricted-syntax': ['error', ...TEXT_AS_SQL],
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }
      ]
    }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // There are no stores; to look for them takes as long as everything else.
      'svelte/require-store-reactive-access': 'off',
      // Controllers replace collections ($state.raw) or keep them plain on purpose: one signal per tree, not per row.
      'svelte/prefer-svelte-reactivity': 'off',
      // Rune declarations look constant to this rule when only their members change.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived', '$bindable'] }]
    }
  },
  {
    // What the news of somebody else's change takes from a page is not read there afterwards.
    files: ['src/**/*.svelte'],
    plugins: { rolecall: { rules: { 'late-props': lateProps } } },
    rules: { 'rolecall/late-props': 'error' }
  },
  process.env.LINT === 'whole' ? TYPED_COMPONENTS : [],
  {
    // Plain TypeScript to whoever reads it.
    files: ['**/*.svelte.ts'],
    languageOptions: { parser: ts.parser }
  },
  {
    files: ['src/**', 'ws-server/**'],
    rules: { 'no-console': 'error' }
  },
  {
    // Migrations are text: files in drizzle/, read and run as they are.
    files: ['src/lib/server/db/driver/migrate.ts'],
    rules: { 'no-restricted-syntax': 'off' }
  }
);
