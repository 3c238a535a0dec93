import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import typescript from 'typescript-eslint';

const shared = 'scope:shared';
const only = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

/** `allow` names imports that no rule below applies to. */
const boundaries = (allow) => [
  'error',
  {
    allow,
    enforceBuildableLibDependency: false,
    depConstraints: [
      only('scope:command', 'scope:command', shared),
      only('scope:query', 'scope:query', shared),
      only('scope:ui', 'scope:ui', shared),
      only('scope:app', '*'),
      only('type:kernel', 'type:kernel'),
      only('type:contract', 'type:kernel', 'type:contract'),
      only('type:protocol', 'type:kernel', 'type:contract', 'type:domain', 'type:protocol', 'type:testing'),
      only('type:domain', 'type:kernel', 'type:contract', 'type:domain', 'type:protocol', 'type:testing'),
      only('type:infra', 'type:kernel', 'type:contract', 'type:domain', 'type:protocol', 'type:infra', 'type:testing'),
      only('type:ui', 'type:contract', 'type:ui', 'type:testing'),
      only('type:testing', 'type:kernel', 'type:contract', 'type:domain', 'type:protocol', 'type:testing'),
    ],
  },
];

export default typescript.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.cache/', '**/generated/', '**/fixtures/'] },
  js.configs.recommended,
  ...typescript.configs.strict,
  {
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries([]),
      // `noUncheckedIndexedAccess` stays on; `bytes[i]!` behind a checked length is how the packet path says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a frozen object with `as const`.' }],
    },
  },
  // One process made of several apps, and the reference of their settings: nobody else may import them.
  {
    files: ['apps/standalone/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['@orbweaver/search-api/**', '@orbweaver/control-api/**']) },
  },
  {
    files: ['libs/tooling/reference/settings.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(
        ['control-api', 'dissector', 'enricher', 'index-writer', 'search-api', 'whisperer'].map((app) => `@orbweaver/${app}/settings.ts`),
      ),
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  prettier,
);
