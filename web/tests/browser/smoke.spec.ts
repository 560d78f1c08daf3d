import { expect, test } from './served';

test('the app opens', async ({ page, served }) => {
  await page.goto(served.url);
  await expect(page.getByRole('main')).toBeVisible();
});
