/* The app of `lodestone serve`. */
import { render } from 'preact';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/charts.css';
import './app.css';
import { followPaper } from '../charts/use_width';
import { App } from './App';
import { listenToKeys } from './keys';
import { boot } from './store/boot';

listenToKeys();
followPaper();
const root = document.getElementById('app');
if (root) render(<App />, root);
void boot();
