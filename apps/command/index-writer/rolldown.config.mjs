import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'apps/command/index-writer/main.ts' },
  platform: 'node',
  // Packages stay beside the build, in node_modules.
  external: [
    /^node:/,
    /^@nestjs\//,
    /^@elastic\//,
    /^@opentelemetry\//,
    'kafkajs',
    'pino',
    'prom-client',
    'reflect-metadata',
    'rxjs',
    'zod',
  ],
  tsconfig: 'apps/command/index-writer/tsconfig.json',
  output: { dir: 'dist/index-writer', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
