import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{libs,apps,e2e}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['libs/testing/stack/vitest-setup.ts'],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
