import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'apps/query/search-api/main.ts' },
  platform: 'node',
  // Packages stay beside the build, in node_modules.
  external: [
    /^node:/,
    /^@nestjs\//,
    /^@fastify\//,
    /^@elastic\//,
    ...['fastify', 'ioredis', 'jose', 'passport', 'passport-jwt', 'pino', 'prom-client', 'reflect-metadata', 'rxjs', 'zod'],
  ],
  tsconfig: 'apps/query/search-api/tsconfig.json',
  output: { dir: 'dist/search-api', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
