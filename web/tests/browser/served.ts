/* A fixture: the program serving a toy world on a free port of loopback, one for each worker, and a page whose console must stay clean. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const program = resolve(process.env.LODESTONE ?? join(root, 'build/lodestone'));
export const world = resolve(process.env.LODESTONE_WORLD ?? join(root, 'tests/worlds/two_countries'));

export interface Served {
  url: string;
  folder: string; // scratch, where the server was started
}

export async function serve(args: string[] = [], scenario = join(world, 'today.yaml')): Promise<Served & { stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lodestone-browser-'));
  const server = spawn(program, ['serve', world, scenario, '--port', '0', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const match = /http:\/\/[^\s]+/.exec(said);
      if (match) found(match[0]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', (code) => failed(new Error(`lodestone serve ended with ${code}: ${said}`)));
  });
  const ended = new Promise<void>((done) => server.on('exit', () => done()));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, stop };
}

interface Fixtures {
  complaints: string[]; // of the console, and errors of the page
}
export const test = base.extend<Fixtures, { served: Served }>({
  served: [
    async ({}, use) => {
      const server = await serve();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await use(complaints);
      expect(complaints, 'the console is clean').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };
