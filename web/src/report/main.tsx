/* The report: reads the page document from <script type="application/json" id="document"> and draws into <main id="report">. */
import { render } from 'preact';
import type { Document } from '../document';
import { Report } from './report';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/charts.css';
import '../styles/report.css';

function read(): Document | null {
  try {
    const found = JSON.parse(document.getElementById('document')?.textContent ?? '') as Document;
    return found.format === 1 ? found : null;
  } catch {
    return null;
  }
}

const into = document.getElementById('report');
const found = read();
if (into) {
  into.replaceChildren();
  if (found) render(<Report doc={found} />, into);
  else render(<p class="broken">This report holds no document that it can read. Write it again with “lodestone report RUN -o FILE.html”.</p>, into);
}
