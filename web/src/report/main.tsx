/* The report: reads the page document from <script id="document">, JSON in gzip in base64, and draws into <main id="report">. */
import { render } from 'preact';
import type { Document } from '../document';
import { Report } from './report';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/charts.css';
import '../styles/report.css';

async function unpack(letters: string): Promise<string> {
  const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

async function read(): Promise<Document | null> {
  try {
    const found = JSON.parse(await unpack(document.getElementById('document')?.textContent ?? '')) as Document;
    return found.format === 1 ? found : null;
  } catch {
    return null;
  }
}

async function draw(into: HTMLElement): Promise<void> {
  const found = await read();
  into.replaceChildren();
  if (found) render(<Report doc={found} />, into);
  else render(<p class="broken">This report cannot be read: its document is damaged, or the browser is older than 2023. Write it again with “lodestone report RUN -o FILE.html”, or open it in another browser.</p>, into);
}

const into = document.getElementById('report');
if (into) void draw(into);
