import { defineConfig } from 'vitest/config';

// Unit tests only; tests/browser is Playwright's.
export default defineConfig({ test: { include: ['tests/**/*.test.ts'], exclude: ['tests/browser/**', 'node_modules/**'] } });
