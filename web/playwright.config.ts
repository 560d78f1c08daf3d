/* Browser tests: Debian's Chromium drives the real program. LODESTONE is its path; tests/run_browser.sh sets it. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'test-results',
  reporter: [['./tests/browser/cases_reporter.ts']],
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixelRatio: 0.02, animations: 'disabled' } },
  snapshotPathTemplate: '{testDir}/golden/{arg}{ext}',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--font-render-hinting=none'] },
    contextOptions: { reducedMotion: 'reduce' },
    acceptDownloads: true,
  },
});
