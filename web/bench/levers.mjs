/* levers.mjs PROGRAM WORLD SCENARIO [MOVES]: how fast the app answers in Chromium on this machine. Opens the page of `lodestone serve`, moves a slider MOVES (20) times to
 * settings that nobody has solved yet and then back over the same ones, which are cached, and prints median and 95th percentile of: input to repaint,
 * input to the first solved month on the page (fresh and cached), and first paint. Run by bench/web.sh. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';

const [program, world, scenario, moves = '20'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'lodestone-bench-'));
const server = spawn(program, ['serve', world, scenario, '--port', '0', '--no-ahead'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
// However it ends.
process.on('exit', () => {
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});
const url = await new Promise((found) => server.stdout.on('data', (chunk) => /http:\S+/.exec(chunk) && found(/http:\S+/.exec(chunk)[0])));

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const tell = (what, values) =>
  console.log(values.length === 0 ? `${what}: none` : `${what}: median ${quantile(values, 0.5).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms (${values.length})`);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(url);
const slider = page.getByRole('complementary', { name: 'Levers' }).getByRole('slider').first();
await slider.waitFor();
// The reference must have come to where the levers leave it.
await page.waitForFunction(async () => (await (await fetch('/api/v1/runs/reference')).json()).state === 'done', null, { timeout: 600_000, polling: 2000 });

const measured = () => page.evaluate(() => window.lodestone.measures());
async function move(key) {
  const before = (await measured()).first_month.length;
  await slider.press(key);
  await page.waitForFunction((count) => window.lodestone.measures().first_month.length > count, before, { timeout: 60_000 });
}
for (let i = 0; i < Number(moves); i++) await move('ArrowRight');
const fresh = await measured();
for (let i = 1; i < Number(moves); i++) await move('ArrowLeft');
const all = await measured();
tell('input to repaint', all.repaint);
tell('input to the first solved month, fresh', fresh.first_month);
tell('input to the first solved month, cached', all.first_month.slice(fresh.first_month.length));
console.log(`first paint: ${all.first_paint?.toFixed(0)} ms`);
await browser.close();
process.exit();
