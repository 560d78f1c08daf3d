/* The report: reads the page document from <script id="document">, JSON in gzip in base64, and draws into <main id="report">. */
import { render } from 'preact';
import { followPaper } from '../charts/use_width';
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

/* Keeps the page loading until it is drawn, so that a program that prints what has loaded (chromium --headless --print-to-pdf) does not print an
 * empty one: a page has loaded when its frames have, and a frame that is written to has not. */
function stayLoading(): () => void {
  const frame = document.body.appendChild(document.createElement('iframe'));
  frame.hidden = true;
  frame.contentDocument?.open();
  return () => {
    frame.contentDocument?.close();
    frame.remove();
  };
}

async function draw(into: HTMLElement): Promise<void> {
  const drawn = stayLoading();
  const found = await read();
  into.replaceChildren();
  if (found) render(<Report doc={found} />, into);
  else render(<p class="broken">This report cannot be read: its document is damaged, or the browser is older than 2023. Write it again with “lodestone report RUN -o FILE.html”, or open it in another browser.</p>, into);
  drawn();
}

followPaper();
const into = document.getElementById('report');
if (into) void draw(into);
