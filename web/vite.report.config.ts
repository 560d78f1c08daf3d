import { defineConfig } from 'vite';

// The report: dist/report/report.js and report.css, one file each, which the library writes into the page.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist/report',
    emptyOutDir: true,
    cssCodeSplit: false,
    target: 'es2022',
    lib: { entry: 'src/report/main.tsx', formats: ['iife'], name: 'lodestone', fileName: () => 'report.js', cssFileName: 'report' },
  },
});
