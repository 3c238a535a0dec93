import { defineConfig } from 'rolldown';

/** Packages that bring native code or load parts of themselves by name stay outside, beside the build in node_modules. */
const external = [/^node:/, 'kafkajs', 'pino'];

export default defineConfig({
  input: { main: 'apps/cli/main.ts', 'analysis-thread': 'apps/cli/analyze/threads/analysis-thread.ts' },
  platform: 'node',
  external,
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
