/* The report as a file: opened without a network, read without scripts, printed. */
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, program, test, world } from './served';

let folder: string;
let file: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lodestone-report-'));
  file = join(folder, 'report.html');
  execFileSync(program, ['stress', world, join(world, 'today.yaml'), '-o', join(folder, 'run')], { stdio: 'pipe' });
  execFileSync(program, ['report', join(folder, 'run'), '-o', file], { stdio: 'pipe' });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('report: opens from the file system and asks for nothing', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('figure').first()).toBeVisible();
  expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
  expect(statSync(file).size).toBeLessThan(3_000_000);
});

test('report: it has loaded when it is drawn, for programs that print what has loaded', async ({ page }) => {
  await page.addInitScript(() => addEventListener('load', () => { document.documentElement.dataset['figures'] = String(document.querySelectorAll('figure').length); }));
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  expect(Number(await page.locator('html').getAttribute('data-figures'))).toBeGreaterThan(5);
});

test('report: the matrix says what the command line says', async ({ page }) => {
  const told = JSON.parse(
    execFileSync(program, ['stress', world, join(world, 'today.yaml'), '-o', join(folder, 'again'), '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] }).toString(),
  ) as { shocks: { title: string; loss: { industrial: number } }[] };
  await page.goto(pathToFileURL(file).href);
  for (const shock of told.shocks) {
    const row = page.getByRole('row').filter({ hasText: shock.title }).first();
    const percent = 100 * shock.loss.industrial;
    await expect(row).toContainText(`${percent >= 10 ? Math.round(percent) : Math.round(10 * percent) / 10}%`);
  }
});

test('report: no serious fault of accessibility, light and dark', async ({ page }) => {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(pathToFileURL(file).href);
    await expect(page.getByRole('figure').first()).toBeVisible();
    const found = await new AxeBuilder({ page }).analyze();
    const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(serious.map((v) => `${scheme}: ${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
});

test('report: prints, and is as wide as a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('figure').first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
});

test('report: on paper charts have the width of the page, and sections share pages', async ({ page }) => {
  await page.goto(pathToFileURL(file).href);
  const chart = page.locator('[data-figure="loss"] .plot svg');
  await expect(chart).toBeVisible();
  const width = async (): Promise<number> => Number(await chart.getAttribute('width'));
  const before = await width();
  expect(before).toBeGreaterThan(860);
  await page.evaluate(() => { dispatchEvent(new Event('beforeprint')); });
  expect(await width()).toBeLessThan(860);
  await page.evaluate(() => { dispatchEvent(new Event('afterprint')); });
  expect(await width()).toBe(before);
  const pages = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)!.length;
  expect(pages).toBeLessThan(await page.locator('.story > section').count());
});

test.describe('picture', () => {
  test.use({ bypassCSP: true });
  test('report: the first screen', async ({ page }) => {
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('figure').first()).toBeVisible();
  await page.addStyleTag({ content: "* { font-family: 'DejaVu Sans', sans-serif !important; }" });
  await page.waitForTimeout(300);
  await expect(page).toHaveScreenshot('report.png');
  });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });
  test('report: the story is told', async ({ page }) => {
    await page.goto(pathToFileURL(file).href);
    await expect(page.getByRole('table').first()).toBeVisible();
    await expect(page.getByText(/the worst is/).first()).toBeVisible();
  });
});
