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

/* What the table of key figures says of one row: the figures of its columns as they stand there. */
async function cells(page: Page, group: string, name: string): Promise<string[]> {
  const own = page.locator('table.key-figures tbody').filter({ has: page.getByRole('rowheader', { name: group, exact: true }).or(page.getByRole('columnheader', { name: group, exact: true })) });
  return own.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell').allInnerTexts();
}
const price = (page: Page): Promise<string[]> => cells(page, 'Highest monthly price outside', 'Dysprosium oxide, Country that needs it');
const industrialLoss = (page: Page): Promise<string[]> => cells(page, 'Loss in the worst twelve months', 'Industrial');
const governments = (page: Page): Promise<string[]> => cells(page, 'Against the baseline', 'Cost to governments');

/* "2,500 USD/kg" as 2500, if it has that unit. */
function amount(text: string | undefined, unit: string): number {
  const [number = '', of = ''] = /^([−+]?[\d,.]+) ?(.*)$/.exec(text ?? '')?.slice(1) ?? [];
  expect(of, `the unit of “${text}”`).toBe(unit);
  return Number(number.replaceAll(',', '').replace('−', '-'));
}

const near = (a: number, b: number, by: number): void => expect(Math.abs(a - b), `${a} is near ${b}`).toBeLessThanOrEqual(by);

test('each family of levers changes the answer, the way it must', async ({ page, served }) => {
  await open(page, served.url);
  const chips = page.getByRole('list', { name: 'Moved levers' });
  const reset = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Reset all' }).click();
    await expect(page.getByText('No lever moved: this is the baseline.')).toBeVisible();
  };
  // In calm the toy world clears at 53: 52 inside and 1 of freight.
  await expect.poll(() => price(page)).toEqual(['53 USD/kg']);

  await ban(page).getByRole('button', { name: 'Half a year', exact: true }).click();
  await expect(page.getByText('Solved from July 2025 on.')).toBeVisible();
  await expect(chips).toContainText('No oxide to allied countries: 6 months from 2025-07');
  let [was, is, by] = await price(page);
  expect(was).toBe('53 USD/kg');
  expect(amount(is, 'USD/kg'), 'what cannot be bought is dearer').toBeGreaterThan(53);
  near(amount(by, '%'), 100 * (amount(is, 'USD/kg') / 53 - 1), 0.01 * amount(by, '%')); // of three digits each
  [was, is, by] = await industrialLoss(page);
  expect(was).toBe('0%');
  expect(amount(is, '%'), 'and users go without').toBeGreaterThan(0);
  near(amount(by, 'points'), amount(is, '%'), 0.55);
  await reset();

  await page.getByRole('combobox', { name: 'Tariff on oxide', exact: true }).selectOption('A half');
  await expect(page.getByText('Solved from July 2025 on.')).toBeVisible();
  await expect(chips).toContainText('Tariff on oxide: A half from 2025-07');
  [, is] = await price(page);
  expect(amount(is, 'USD/kg'), 'users pay some of the duty').toBeGreaterThan(53);
  expect(amount(is, 'USD/kg'), 'and no more than the duty').toBeLessThanOrEqual(1.5 * 53);
  [was, is] = await governments(page);
  expect(was).toBe('$0');
  expect(is, 'a duty is paid to the government').toMatch(/^−\$[\d.]+m$/);
  await reset();

  await page.getByRole('button', { name: 'A half more' }).click();
  await expect(solved(page)).toBeVisible();
  await expect(chips).toContainText('Surge of demand outside: 50 %');
  [, is] = await price(page);
  expect(amount(is, 'USD/kg'), 'more is wanted of the same').toBeGreaterThan(53);
  expect((await governments(page)).slice(0, 3), 'nobody is paid for it').toEqual(['$0', '$0', 'same']);
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
  await expect(ban(page).getByRole('combobox', { name: /first month: month/ })).toHaveValue('09');
  await expect(ban(page).getByRole('combobox', { name: /first month: year/ })).toHaveValue('2025');
  await expect(page.getByText('Solved from September 2025 on.')).toBeVisible();
  await expect(page.getByRole('main', { name: 'Prices' })).toBeVisible();
});

test('a broken link is told and does no harm', async ({ page, served }) => {
  await page.goto(`${served.url}#oxide_bna=6&surge=banana&view=nowhere`);
  await expect(page.getByText('did you mean “oxide_ban”?')).toBeVisible();
  await expect(page.getByText('No lever moved: this is the baseline.')).toBeVisible();
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
  await expect(page.getByRole('radio', { name: 'B' })).toBeChecked();
  await ban(page).getByRole('button', { name: 'A year', exact: true }).click();
  await expect(page.getByText('A: Solved from July 2025 on.')).toBeVisible();
  await expect(page.getByText('B: Solved from July 2025 on.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Moved levers of scenario A' })).toContainText('6 months from 2025-07');
  await expect(page.getByRole('list', { name: 'Moved levers of scenario B' })).toContainText('12 months from 2025-07');
  const heads = page.locator('table.key-figures thead').getByRole('columnheader');
  await expect(heads).toHaveText(['Figure', 'Baseline', 'A', 'B', 'B against A', 'Why']);
  const [was, a, b, by] = await industrialLoss(page);
  expect(was).toBe('0%');
  expect(amount(b, '%'), 'a year without is worse than half a year').toBeGreaterThan(amount(a, '%'));
  near(amount(by, 'points'), amount(b, '%') - amount(a, '%'), 1.05); // of percentages without decimals
  const both = page.getByRole('figure', { name: 'A and B: What users go without' });
  await both.getByRole('combobox', { name: 'Show' }).selectOption('Industrial');
  await expect(both.getByRole('button', { name: /^A / })).toBeVisible();
  await expect(both.getByRole('button', { name: /^B / })).toBeVisible();
  for (const side of ['A', 'B'])
    await expect(page.getByRole('region', { name: `Scenario ${side}`, exact: true }).getByRole('figure', { name: /^What users go without/ })).toBeVisible();
  await page.getByRole('button', { name: 'Swap A and B' }).click();
  await expect(page.getByRole('list', { name: 'Moved levers of scenario A' })).toContainText('12 months from 2025-07');
  await expect.poll(() => industrialLoss(page).then((row) => row.slice(1, 3))).toEqual([b, a]);
  await page.getByRole('button', { name: 'Close B' }).click();
  await expect(heads).toHaveText(['Figure', 'Baseline', 'Your levers', 'Difference', 'Why']);
});

test('why did this change?', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6`);
  await expect(solved(page)).toBeVisible();
  const [was, is] = await price(page);
  const button = page.getByRole('button', { name: /^Why: Dysprosium oxide/ });
  await button.click();
  // The ban is in force from July to December 2025, and the price is highest while it is.
  const dialog = page.getByRole('dialog', { name: /^Why did the price of Dysprosium oxide, Country that needs it, change in (July|August|September|October|November|December) 2025\?$/ });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('status')).toContainText(`Baseline ${was}, with these levers ${is}.`);
  await expect(dialog.getByRole('status')).toContainText(/no more dysprosium oxide may go from Controlling country to Country that needs it/i);
  const closed = dialog.getByRole('row', { name: /^no more dysprosium oxide may go/i }).getByRole('cell');
  await expect(closed.nth(0)).toHaveText('Link');
  // A kilogram more would be bought for 52 inside and 1 of freight, and sold for what it costs here.
  expect(amount(await closed.last().innerText(), '')).toBeGreaterThan(0);
  expect(amount(await closed.last().innerText(), '')).toBeLessThan(amount(is, 'USD/kg'));
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

test('why of a loss: it asks about users that get less', async ({ page, served }) => {
  await open(page, `${served.url}#oxide_ban=6`);
  await expect(solved(page)).toBeVisible();
  await page.getByRole('button', { name: /^Why: Industrial/ }).click();
  await expect(page.getByRole('dialog')).toContainText(/instead of .*% less/);
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
  await expect(page.locator('[data-state="ensemble-done"]')).toContainText('6 of 6 draws shown, done', { timeout: 40_000 });
  const fan = page.getByRole('figure', { name: /^Price: Dysprosium oxide/ });
  await page.getByRole('combobox', { name: 'Show' }).first().selectOption({ label: 'Price: Dysprosium oxide, outside' });
  await fan.getByRole('button', { name: 'Table' }).click();
  const rows = await fan.getByRole('row').allInnerTexts();
  expect(rows[0]).toContain('Median (USD/kg, real)');
  const told = rows.slice(1).map((row) => row.split('\t').slice(1)).filter((row) => row.every((cell) => cell !== '–'));
  expect(told).toHaveLength(18);
  for (const row of told.map((texts) => texts.map((text) => amount(text, '')))) expect(row, 'quantiles rise').toEqual([...row].sort((x, y) => x - y));
  await own.stop();
});

/* What a person comes to each view for. */
const shown = {
  overview: '[data-figure=loss] svg', chain: '[data-figure=chain] svg', stocks: '[data-figure=cover] svg', prices: '[data-figure^=prices] svg', projects: '[data-figure=timeline]',
  money: '[data-figure=money]', map: '[data-figure=map]', tables: 'table.sheet-rows td', ensemble: '.ensemble-form',
};

test('every view draws, light and dark, without a serious fault of accessibility', async ({ page, served }) => {
  test.setTimeout(180_000);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [view, drawn] of Object.entries(shown)) {
      await page.goto(`${served.url}#oxide_ban=6&view=${view}`);
      await expect(solved(page)).toBeVisible();
      await expect(page.locator(drawn).first(), view).toBeVisible();
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(serious.map((v) => `${scheme} ${view}: ${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
    }
  }
});

test('a phone is wide enough', async ({ page, served }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const [view, drawn] of Object.entries(shown)) {
    await page.goto(`${served.url}#oxide_ban=6&view=${view}`);
    await expect(solved(page)).toBeVisible();
    await expect(page.locator(drawn).first(), view).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBeLessThanOrEqual(360);
  }
});

test('a server that goes away is told, once', async ({ page, complaints }) => {
  const own = await serve();
  await open(page, own.url);
  await own.stop();
  await ban(page).getByRole('button', { name: 'A year', exact: true }).click();
  await expect(page.getByText('The server does not answer. What is shown stays as it was')).toHaveCount(1);
  await expect(page.locator('.state.failed')).toContainText('See whether lodestone serve still runs');
  complaints.length = 0; // that a request failed is what this test is about
});

test('read-only: what is solved can be seen, nothing can be started', async ({ page }) => {
  const own = await serve(['--read-only']);
  await page.goto(own.url);
  await expect(page.getByText('This server is read-only: only settings that it has solved already have an answer.')).toBeVisible();
  await expect.poll(() => price(page), 'the baseline is shown').toEqual(['53 USD/kg']);
  await page.getByRole('link', { name: 'Ensemble' }).click();
  await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled();
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
