/* Light, dark, or what the system says. */
import { useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;

export function Theme() {
  const [theme, setTheme] = useState<(typeof themes)[number]>('auto');
  const next = (): void => {
    const to = themes[(themes.indexOf(theme) + 1) % themes.length]!;
    if (to === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = to;
    setTheme(to);
  };
  return <button type="button" onClick={next}>Colours: {theme}</button>;
}
