// @ts-check
import js from '@eslint/js';
import globals from 'globals';

const site = ['www/**/*.js'];

export default [
  { ignores: ['**/node_modules/', 'dist/', 'pkg/', 'www/models/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: { ...globals.browser, ...globals.worker } },
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: site,
    rules: {
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['guidelight', 'guidelight/*'], message: 'Only bundle.js imports wasm.' }] },
      ],
    },
  },
  { files: ['www/bundle.js'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['www/*.config.js', 'www/lesson/build/*.js', 'tests/**/*.js', 'bench/**/*.js'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
