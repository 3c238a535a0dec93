import { defineConfig } from 'rolldown';

/** Packages that bring native code or load parts of themselves by name stay outside, beside the build in node_modules. */
const external = [
  /^node:/,
  /^@duckdb\//,
  /^@nestjs\//,
  /^@fastify\//,
  ...['cap', 'fastify', 'passport', 'passport-jwt', 'jose', 'pino', 'reflect-metadata', 'rxjs', 'zod'],
];

export default defineConfig({
  input: {
    main: 'apps/standalone/main.ts',
    'analysis-worker': 'apps/command/control-api/adapters/analysis-worker.ts',
    'live-process': 'apps/standalone/live/live-process.ts',
  },
  platform: 'node',
  external,
  tsconfig: 'apps/standalone/tsconfig.json',
  output: { dir: 'dist/standalone', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
