import { defineConfig } from 'rolldown';

/** Packages that bring native code or load parts of themselves by name stay outside, beside the build in node_modules. */
const external = [/^node:/, /^@opentelemetry\//, /^@nestjs\//, 'ioredis', 'kafkajs', 'pino', 'prom-client', 'reflect-metadata', 'rxjs'];

export default defineConfig({
  input: { main: 'apps/command/enricher/main.ts' },
  platform: 'node',
  external,
  tsconfig: 'apps/command/enricher/tsconfig.json',
  output: { dir: 'dist/enricher', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
