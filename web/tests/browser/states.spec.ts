/* What the app does with a slow or a failing server: the double of tests/fake_server.mjs speaks the same API and does as it is told. */
import { expect, test as base, type Page } from '@playwright/test';
// @ts-expect-error: plain JavaScript
import { startFake } from '../fake_server.mjs';

interface Fake {
  url: string;
  close: () => Promise<void>;
}
interface Steering {
  ms?: number;
  fail?: boolean;
  gone?: number;
  forget?: boolean;
}
const test = base.extend<{ fake: (options?: Record<string, unknown>) => Promise<Fake> }>({
  fake: async ({}, use) => {
    const started: Fake[] = [];
    await use(async (options = {}) => {
      const fake = (await startFake({ speed: 20, baselineMs: 1, ...options })) as Fake;
      started.push(fake);
      return fake;
    });
    await Promise.all(started.map((fake) => fake.close()));
  },
});

const steer = async (fake: Fake, how: Steering): Promise<{ asked: unknown[]; seen: string[] }> =>
  (await (await fetch(`${fake.url}/_fake`, { method: 'POST', body: JSON.stringify(how) })).json()) as { asked: unknown[]; seen: string[] };
const freeze = (page: Page) => page.getByRole('spinbutton', { name: 'Freeze of licences, months' });
const put = async (page: Page, months: number): Promise<void> => {
  await freeze(page).fill(String(months));
  await freeze(page).press('Enter');
};
const state = (page: Page) => page.locator('.state[data-state]').first();

test('a moved lever is stale at once, streams in and is cancelled', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Key figures' })).toBeVisible();
  await steer(server, { ms: 400 });
  await put(page, 12);
  await expect(state(page)).toContainText('Solving from December 2026');
  await expect(page.getByText('not solved yet').first()).toBeVisible();
  await expect(state(page)).toContainText(/[2-9] of 97 months/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(state(page)).toHaveAttribute('data-state', 'cancelled');
  await steer(server, { ms: 1 });
  await page.getByRole('button', { name: 'Solve it' }).click();
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('dragging asks once, when the hand is off; undo and redo answer at once', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  // Within one task, so that a slow machine does not make a rest of it.
  await page.getByRole('slider', { name: 'Freeze of licences' }).evaluate((slider: HTMLInputElement) => {
    for (let months = 1; months <= 12; months++) {
      slider.value = String(months);
      slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    slider.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  expect((await steer(server, {})).asked).toHaveLength(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('No lever moved')).toBeVisible();
  await page.keyboard.press('Control+Shift+Z');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  expect((await steer(server, {})).asked, 'an answer that is kept is not asked again').toHaveLength(1);
});

test('a failed run says what to do and is tried again', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  await expect(freeze(page)).toBeVisible();
  await steer(server, { fail: true });
  await put(page, 6);
  await expect(state(page)).toContainText('was not solved. Move a lever a step back');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('a number typed and typed back does not hold the field', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  await freeze(page).fill('5');
  await freeze(page).fill('0');
  await page.getByRole('slider', { name: 'Freeze of licences' }).press('ArrowRight');
  await expect(freeze(page)).toHaveValue('1');
});

test('a switch has the name of its lever', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  const border = page.getByRole('switch', { name: 'Myanmar border shut', exact: true });
  await expect(border).not.toBeChecked();
  await border.click();
  await expect(border).toBeChecked();
  await expect(page.getByRole('list', { name: 'Moved levers' })).toContainText('Myanmar border shut: on');
});

test('the answer to why is said in the dialog, where it is heard', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(`${server.url}/#freeze=12`);
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: /^Why: / }).first().click();
  await expect(page.getByRole('dialog').getByRole('status')).toContainText('a further kilogram would be worth 812 USD');
});

test('tables of the baseline are asked for once it is solved', async ({ page, fake }) => {
  const server = await fake({ baselineMs: 30 });
  const early: string[] = [];
  let isSolved = false;
  page.on('request', (request) => { if (!isSolved && request.url().includes('/tables/')) early.push(request.url()); });
  await page.goto(`${server.url}/#view=tables`);
  await expect(page.getByText('The table comes when all months are solved.')).toBeVisible();
  expect(early).toEqual([]);
  isSolved = true;
  await expect(page.getByRole('region', { name: 'Table prices' })).toBeVisible({ timeout: 30_000 });
});

test('a number stays in its field while it is typed, though months come in around it', async ({ page, fake }) => {
  const server = await fake({ ms: 30 });
  await page.goto(`${server.url}/#view=ensemble`);
  const months = page.getByRole('spinbutton', { name: 'Months', exact: true });
  await expect(months).toHaveValue('48');
  await put(page, 12);
  await months.pressSequentially('5', { delay: 20 }); // after what is there, or in front of it
  await expect(state(page)).toContainText(/[2-9]\d of 97 months/);
  const typed = await months.inputValue();
  expect(['485', '548']).toContain(typed);
  await expect(state(page)).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  await expect(months).toHaveValue(typed);
  await months.fill('30');
  await months.press('Tab');
  await expect(months).toHaveValue('30');
});

test('a server that is gone is told once, and taken up where it was', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  await expect(freeze(page)).toBeVisible();
  await steer(server, { ms: 60 });
  await put(page, 12);
  await expect(state(page)).toContainText(/[2-9] of 97 months/);
  await steer(server, { gone: 1500 });
  await expect(page.getByText('The server does not answer. What is shown stays')).toHaveCount(1);
  await expect(page.getByText('The server does not answer. What is shown stays')).toHaveCount(0);
  await expect(state(page)).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  expect((await steer(server, {})).asked, 'it was not asked anew').toHaveLength(1);
});

test('a token is asked for, kept for the tab and sent', async ({ page, fake }) => {
  const server = await fake({ token: 'secret' });
  await page.goto(server.url);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByText('The token given is not right')).toBeVisible();
  await page.getByLabel('Token').fill('secret');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: 'Key figures' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Key figures' })).toBeVisible();
});

test('without levers the baseline is shown, and said so', async ({ page, fake }) => {
  const server = await fake({ noLevers: true });
  await page.goto(server.url);
  await expect(page.getByText('This server has no levers')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Key figures' })).toBeVisible();
});

test('a read-only server says what it cannot do', async ({ page, fake }) => {
  const server = await fake({ readOnly: true });
  await page.goto(server.url);
  await expect(page.getByText('This server is read-only')).toBeVisible();
  await put(page, 6);
  await expect(state(page)).toContainText('it starts nothing');
  await expect(page.getByText('The scenario could not be solved, so what users go without is not known.')).toBeVisible();
});

test('a broken link is told, and what holds of it holds', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(`${server.url}/#freze=12&floor=150&view=pices`);
  await expect(page.getByText('did you mean “freeze”?')).toBeVisible();
  await expect(page.getByText('did you mean “prices”?')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Moved levers' })).toContainText('150 USD/kg');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByText('did you mean')).toHaveCount(0);
  expect(page.url()).toContain('#floor=150');
});

test('late months of an old lever do not show', async ({ page, fake }) => {
  const server = await fake();
  await page.goto(server.url);
  await expect(freeze(page)).toBeVisible();
  await steer(server, { ms: 30 });
  for (const months of [24, 12, 1]) {
    await put(page, months);
    await page.waitForTimeout(400);
  }
  await expect(state(page)).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  const shown = await page.locator('.headline').textContent();
  await page.goto('about:blank');
  await page.goto(`${server.url}/#freeze=1`);
  await expect(state(page)).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  expect(await page.locator('.headline').textContent()).toBe(shown);
});

test('on a telephone the levers are a drawer that gives the focus back', async ({ page, fake }) => {
  const server = await fake();
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Levers', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Levers' })).toBeFocused();
  await expect(page.locator('#main'), 'what the drawer covers cannot be reached').toHaveAttribute('inert');
  await page.getByRole('button', { name: 'A year', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Levers (1 moved)' })).toBeFocused();
  await expect(page.locator('#main')).not.toHaveAttribute('inert');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
