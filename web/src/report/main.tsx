/* The report: reads the page document from <script type="application/json" id="document"> and draws into <main id="report">. */
import { render } from 'preact';

render(<p>Lodestone</p>, document.getElementById('report')!);
