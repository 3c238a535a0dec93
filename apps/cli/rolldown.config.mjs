import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'apps/cli/main.ts' },
  platform: 'node',
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true, sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' },
});
