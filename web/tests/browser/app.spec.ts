/* The app on the program itself: what a person does, and that the page says what the command line says. */
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, program, serve, test, world } from './served';

const solved = (page: Page) => page.getByText(/^Solved from/);
const ban = (page: Page) => page.getByRole('region', { name: 'No oxide to allied countries' });

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('main')).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Levers' })).toBeVisible();
}

test('opens on the baseline', async ({ page, served }) => {
  await open(page, served.url);
  await expect(page.getByText('No lever moved: this is the baseline.')).toBeVisible();
  await expect(page.getByRole('figure').first()).toBeVisible();
});

test('each family of levers changes the answer', async ({ page, served }) => {
  await open(page, served.url);
  const prices = page.getByRole('row', { name: /Dysprosium oxide, Country that needs it/ });
  await expect(prices).toContainText('53 USD/kg'); // the price at which the toy world clears in calm: 52 inside and 1 of freight
  await ban(page).getByRole('button', { name: 'Half a year', exact: true }).click();
  await expect(solved(page)).toBeVisible();
  await expect(prices).not.toContainText('same');
  await page.getByRole('button', { name: 'Reset all' }).click();
  await page.getByRole('combobox', { name: 'Tariff on oxide', exact: true }).selectOption('A half');
  await expect(solved(page)).toBeVisible();
  await page.getByRole('button', { name: 'Reset all' }).click();
  await page.getByRole('button', { name: 'A half more' }).click();
  await expect(solved(page)).toBeVisible();
});

test('undo and redo, by button and by key', async ({ page, served }) => {
  await open(page, served.url);
  const value = page.getByRole('spinbutton', { name: 'No oxide to allied countries, months' });
  await ban(page).getByRole('button', { name: 'A year', exact: true }).click();
  await expect(value).toHaveValue('12');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(value).toHaveValue('0');
  await page.locator('body').press('Control+Shift+z');
  await expect(value).toHaveValue('12');
  await page.locator('body').press('Control+z');
  await expect(value).toHaveValue('0');
});

test('a link carries the settings', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6@2025-09&view=prices`);
  await expect(page.getByRole('spinbutton', { name: 'No oxide to allied countries, months' })).toHaveValue('6');
  await expect(page.getByRole('combobox', { name: /first month: month/ }).first()).toHaveValue(/9|09|September/);
  await expect(page.getByRole('main', { name: 'Prices' })).toBeVisible();
});

test('a broken link is told and does no harm', async ({ page, served }) => {
  await page.goto(`${served.url}#oxide_bna=6&surge=banana&view=nowhere`);
  await expect(page.getByText(/oxide_bna/)).toBeVisible();
  await expect(page.getByRole('main')).toBeVisible();
});

test('the keyboard alone moves a lever', async ({ page, served }) => {
  await open(page, served.url);
  const slider = ban(page).getByRole('slider', { name: 'No oxide to allied countries' });
  await slider.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('spinbutton', { name: 'No oxide to allied countries, months' })).toHaveValue('3');
  await expect(solved(page)).toBeVisible();
});

test('two scenarios side by side', async ({ page, served }) => {
  await open(page, served.url);
  await ban(page).getByRole('button', { name: 'Half a year', exact: true }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('columnheader', { name: /\bA\b/ }).first()).toBeVisible();
  await expect(page.getByRole('columnheader', { name: /\bB\b/ }).first()).toBeVisible();
});

test('why did this change?', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6`);
  await page.getByRole('button', { name: /^Why: Dysprosium oxide/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText(/no more|No more|oxide/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('why of a loss: it asks about users that get less', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6`);
  await expect(solved(page)).toBeVisible();
  await page.getByRole('button', { name: /^Why: Industrial/ }).click();
  await expect(page.getByRole('dialog')).toContainText(/gets .* instead of .*% less/);
});

test('the scenario that is downloaded gives the same bits on the command line', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6&view=tables`);
  await expect(solved(page)).toBeVisible();
  const [yaml] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Scenario (YAML)' }).click()]);
  const text = readFileSync((await yaml.path())!, 'utf8');
  expect(text).toContain(` ${yaml.suggestedFilename()} --shocks levers`);
  const file = join(served.folder, 'mine.yaml');
  writeFileSync(file, text);
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV', exact: true }).first().click()]);
  const shown = readFileSync((await csv.path())!, 'utf8').trim().split(/\r?\n/);
  execFileSync(program, ['stress', world, file, '--shocks', 'levers', '--programme-only', '-o', join(served.folder, 'run')], { cwd: served.folder, stdio: 'pipe' });
  execFileSync(program, ['export', join(served.folder, 'run'), '--to', 'csv', '-o', join(served.folder, 'csv')], { cwd: served.folder, stdio: 'pipe' });
  const told = readFileSync(join(served.folder, 'csv', 'prices.csv'), 'utf8').trim().split(/\r?\n/);
  expect(shown[0]).toBe(told[0]);
  const levers = told.filter((line) => line.startsWith('levers,'));
  expect(levers.length).toBeGreaterThan(50);
  expect(shown.filter((line) => line.startsWith('levers,'))).toEqual(levers);
});

test('an ensemble is long enough for the levers', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6@2027-06&view=ensemble`);
  const months = page.getByRole('spinbutton', { name: 'Months', exact: true });
  await expect(months).toHaveAttribute('min', '30'); // of January 2025 to June 2027
  await months.fill('18');
  await months.blur();
  await expect(months).toHaveValue('30');
  await expect(page.getByText('January 2025 to June 2027')).toBeVisible();
});

test('an ensemble from the page: fans while it runs, all draws in the end', async ({ page, served }) => {
  const file = join(served.folder, 'uncertain.yaml');
  writeFileSync(file, [
    `extends: ${world}/today.yaml`,
    'name: uncertain',
    'uncertainties:',
    '  - {id: demand, of: demand.motors.USA.dy_oxide.2024.quantity_t, triangular: {low: 200, mode: 300, high: 500}, assumed: true}',
    '',
  ].join('\n'));
  const own = await serve([], file);
  await open(page, `${own.url}#view=ensemble`);
  await page.getByRole('spinbutton', { name: 'Draws', exact: true }).fill('6');
  await page.getByRole('spinbutton', { name: 'Months', exact: true }).fill('18');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText(/6 of 6|6 draws/).first()).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('figure').first()).toBeVisible();
  await own.stop();
});

test('every view draws, light and dark, without a serious fault of accessibility', async ({ page, served }) => {
  test.setTimeout(180_000);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const view of ['overview', 'chain', 'stocks', 'prices', 'projects', 'money', 'map', 'tables', 'ensemble']) {
      await page.goto(`${served.url}#oxide_ban=6&view=${view}`);
      await expect(page.getByRole('main')).toBeVisible();
      await expect(solved(page)).toBeVisible();
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(serious.map((v) => `${scheme} ${view}: ${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
    }
  }
});

test('a phone is wide enough', async ({ page, served }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const view of ['overview', 'chain', 'stocks', 'prices', 'projects', 'money', 'tables', 'ensemble']) {
    await page.goto(`${served.url}#oxide_ban=6&view=${view}`);
    await expect(page.getByRole('main')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBeLessThanOrEqual(360);
  }
});

test('a server that goes away is told, once', async ({ page, complaints }) => {
  const own = await serve();
  await open(page, own.url);
  await own.stop();
  await ban(page).getByRole('button', { name: 'A year', exact: true }).click();
  await expect(page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: /server|reach|connection/i }).first()).toBeVisible();
  complaints.length = 0; // that a request failed is what this test is about
});

test('read-only: what is solved can be seen, nothing can be started', async ({ page }) => {
  const own = await serve(['--read-only']);
  await page.goto(own.url);
  await expect(page.getByText(/read-only/i).first()).toBeVisible();
  await own.stop();
});

test.describe('pictures', () => {
  test.use({ bypassCSP: true });
  for (const scheme of ['light', 'dark'] as const) {
    test(`the overview, ${scheme}`, async ({ page, served }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await open(page, `${served.url}#oxide_ban=6`);
      await expect(solved(page)).toBeVisible();
      await page.addStyleTag({ content: "* { font-family: 'DejaVu Sans', sans-serif !important; }" });
      await page.waitForTimeout(300);
      await expect(page).toHaveScreenshot(`overview-${scheme}.png`, { fullPage: true });
    });
  }
});
