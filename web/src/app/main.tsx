import { render } from 'preact';

render(<p>Lodestone</p>, document.getElementById('app')!);
