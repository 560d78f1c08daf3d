import { defineConfig } from 'vite';

// The app: dist/app/, loaded from the program. No hashes of content in names would be needed on loopback, but they let a browser keep files for good.
export default defineConfig({
  build: { outDir: 'dist/app', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022' },
  server: { proxy: { '/api': 'http://127.0.0.1:8357' } },
});
