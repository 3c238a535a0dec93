import { defineConfig } from 'rolldown';

/** Packages that bring native code or load parts of themselves by name stay outside, beside the build in node_modules. */
const external = [/^node:/, /^@opentelemetry\//, 'cap', 'kafkajs', 'pino', 'prom-client'];

export default defineConfig({
  input: { main: 'apps/command/whisperer/main.ts' },
  platform: 'node',
  external,
  tsconfig: 'apps/command/whisperer/tsconfig.json',
  output: { dir: 'dist/whisperer', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
