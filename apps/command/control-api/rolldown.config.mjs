import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'apps/command/control-api/main.ts' },
  platform: 'node',
  // Packages stay beside the build, in node_modules.
  external: [
    /^node:/,
    /^@nestjs\//,
    /^@fastify\//,
    /^@elastic\//,
    /^@opentelemetry\//,
    ...['fastify', 'ioredis', 'jose', 'kafkajs', 'passport', 'passport-jwt', 'pino', 'prom-client', 'reflect-metadata', 'rxjs', 'zod'],
  ],
  tsconfig: 'apps/command/control-api/tsconfig.json',
  output: { dir: 'dist/control-api', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
