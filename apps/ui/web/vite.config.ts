import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `ORBWEAVER_URL` is the server that `vite` (development) passes the API on to. */
const server = process.env['ORBWEAVER_URL'] ?? 'http://127.0.0.1:7280';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  // The server puts a fresh nonce here for each page, for the styles that components make at run time.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no `data:` scripts or fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/health': server } },
});
